import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "@/api/client";
import type { ContactFilter, WhyFilter } from "@/app/filters";

interface ContactQuery extends Omit<ContactFilter, "cols"> {
  attributes: string[];
}

export const contactsKey = (query: ContactQuery) => ["contacts", "list", query] as const;

export function fetchContacts(query: ContactQuery, cursor: string | undefined) {
  const { attributes, ...filter } = query;
  const shown = attributes.length > 0 ? { attributes } : {};
  return unwrap(
    api.GET("/contacts", { params: { query: { ...filter, ...shown, limit: 100, cursor } } }),
  );
}

export type TimelineKind = Schemas["TimelineKind"];

export const timelineKey = (id: string, kinds: TimelineKind[]) => ["timeline", id, kinds] as const;

export function fetchTimeline(id: string, kinds: TimelineKind[], cursor: string | undefined) {
  const query = { limit: 50, cursor, ...(kinds.length > 0 ? { kinds } : {}) };
  return unwrap(api.GET("/contacts/{id}/timeline", { params: { path: { id }, query } }));
}

export function explainQuery(id: string, filter: WhyFilter) {
  const { ask: _ask, ...query } = filter;
  return queryOptions({
    queryKey: ["contact", id, "explain", query],
    queryFn: () => unwrap(api.GET("/contacts/{id}/explain", { params: { path: { id }, query } })),
  });
}

export const campaignNamesQuery = queryOptions({
  queryKey: ["campaigns"],
  queryFn: () => unwrap(api.GET("/campaigns", { params: { query: { limit: 200 } } })),
});

export const templateNamesQuery = queryOptions({
  queryKey: ["templates"],
  queryFn: () => unwrap(api.GET("/templates", { params: { query: { limit: 200 } } })),
});
