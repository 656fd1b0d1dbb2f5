import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

/** What the whole app goes by; each feature keeps its own queries beside its pages. */
export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: () => unwrap(api.GET("/setup")),
  staleTime: Infinity,
});

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => unwrap(api.GET("/session")),
  staleTime: 5 * 60_000,
  retry: false,
});

export const homeQuery = queryOptions({
  queryKey: ["home"],
  queryFn: () => unwrap(api.GET("/home")),
  refetchInterval: 30_000,
});

export const clockQuery = queryOptions({
  queryKey: ["clock"],
  queryFn: async () => {
    const clock = await unwrap(api.GET("/clock"));
    return { ...clock, offset: clock.virtual ? Date.parse(clock.now) - Date.now() : 0 };
  },
  staleTime: 30_000,
});

export const segmentsQuery = queryOptions({
  queryKey: ["segments"],
  queryFn: () => unwrap(api.GET("/segments", { params: { query: { limit: 200 } } })),
});

export const journeysQuery = queryOptions({
  queryKey: ["journeys"],
  queryFn: () => unwrap(api.GET("/journeys", { params: { query: { limit: 200 } } })),
});

export const sendingQuery = queryOptions({
  queryKey: ["sending"],
  queryFn: () => unwrap(api.GET("/sending")),
});

export const senderDomainsQuery = queryOptions({
  queryKey: ["sender-domains"],
  queryFn: () => unwrap(api.GET("/sender-domains", { params: { query: { limit: 200 } } })),
});
