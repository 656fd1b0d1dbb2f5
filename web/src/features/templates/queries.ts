import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { definitionsQuery } from "@/api/definitions";
import { fetchDefinition } from "@/drafts/definition-draft";

export const templatesQuery = queryOptions({
  queryKey: ["templates"],
  queryFn: () => unwrap(api.GET("/templates", { params: { query: { limit: 200 } } })),
});

export function templateDefinitionQuery(key: string) {
  return queryOptions({
    queryKey: ["definitions", "template", key, "whole"],
    queryFn: () => fetchDefinition("template", key),
    refetchInterval: 10_000,
  });
}

/** What a template is used in, and in which languages it speaks. */
export function templateQuery(key: string) {
  return queryOptions({
    queryKey: ["template", key],
    queryFn: () => unwrap(api.GET("/templates/{key}", { params: { path: { key } } })),
  });
}

const keysOf = (kind: string) =>
  queryOptions({
    ...definitionsQuery(false),
    select: (all) => all.filter((each) => each.kind === kind).map((each) => each.key),
  });

/** Keys of the blocks that many documents share. */
export const savedBlocksQuery = keysOf("block");

/** Keys of how messages can look. */
export const brandsQuery = keysOf("brand");
