import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";

export const listsQuery = queryOptions({
  queryKey: ["lists"],
  queryFn: () => unwrap(api.GET("/lists", { params: { query: { limit: 200 } } })),
  refetchInterval: 10_000,
});

export function listQuery(key: string) {
  return queryOptions({
    queryKey: ["lists", key],
    queryFn: () => unwrap(api.GET("/lists/{key}", { params: { path: { key } } })),
    refetchInterval: 10_000,
  });
}

export function fetchListContacts(key: string, cursor: string | undefined) {
  return unwrap(
    api.GET("/lists/{key}/contacts", {
      params: { path: { key }, query: { limit: 100, cursor } },
    }),
  );
}
