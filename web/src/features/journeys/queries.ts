import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "@/api/client";
import type { RunFilter } from "@/app/filters";

export type Journey = Schemas["Journey"];
export type Step = Schemas["Step"];
export type Split = Schemas["Split"];

export function journeyQuery(key: string) {
  return queryOptions({
    queryKey: ["journey", key],
    queryFn: () => unwrap(api.GET("/journeys/{key}", { params: { path: { key } } })),
    refetchInterval: 5_000,
  });
}

export function fetchJourneyContacts(key: string, filter: RunFilter, cursor: string | undefined) {
  return unwrap(
    api.GET("/journeys/{key}/contacts", {
      params: { path: { key }, query: { ...filter, limit: 100, cursor } },
    }),
  );
}
