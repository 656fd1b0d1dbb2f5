import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { fetchDefinition } from "@/drafts/definition-draft";

export function segmentQuery(key: string) {
  return queryOptions({
    queryKey: ["segment", key],
    queryFn: () => unwrap(api.GET("/segments/{key}", { params: { path: { key } } })),
    refetchInterval: 10_000,
  });
}

export function segmentHistoryQuery(key: string) {
  return queryOptions({
    queryKey: ["segment", key, "history"],
    queryFn: () => unwrap(api.GET("/segments/{key}/history", { params: { path: { key } } })),
    refetchInterval: 60_000,
  });
}

export function segmentTextQuery(key: string) {
  return queryOptions({
    queryKey: ["definitions", "segment", key],
    queryFn: () => fetchDefinition("segment", key),
    refetchInterval: 10_000,
  });
}

export function segmentVersionsQuery(key: string) {
  return queryOptions({
    queryKey: ["definitions", "segment", key, "versions"],
    queryFn: () =>
      unwrap(
        api.GET("/definitions/{kind}/{key}/versions", {
          params: { path: { kind: "segment", key }, query: { limit: 20 } },
        }),
      ),
  });
}

export function fetchSegmentContacts(key: string, cursor: string | undefined) {
  return unwrap(
    api.GET("/segments/{key}/contacts", {
      params: { path: { key }, query: { limit: 100, cursor } },
    }),
  );
}
