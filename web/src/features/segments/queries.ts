import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";

export function segmentQuery(key: string) {
  return queryOptions({
    queryKey: ["segment", key],
    queryFn: () => unwrap(api.GET("/segments/{key}", { params: { path: { key } } })),
    refetchInterval: 10_000,
  });
}

export function fetchSegmentContacts(key: string, cursor: string | undefined) {
  return unwrap(
    api.GET("/segments/{key}/contacts", {
      params: { path: { key }, query: { limit: 100, cursor } },
    }),
  );
}
