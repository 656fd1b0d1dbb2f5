import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "@/api/client";
import type { CompanyFilter } from "@/app/filters";

export type CompanySummary = Schemas["CompanySummary"];
export type Company = Schemas["Company"];
export type CompanyContact = Schemas["CompanyContact"];
export type CompanyMeasure = Schemas["CompanyMeasure"];
export type ShownScore = Schemas["ShownScore"];

export function fetchCompanies(filter: CompanyFilter, cursor: string | undefined) {
  const { q: search, sort, score, measure } = filter;
  // An old address may name the order by score without its score.
  const order = sort === "score" && score === undefined ? undefined : sort;
  const query = { search, sort: order, score, measure, limit: 100, cursor };
  return unwrap(api.GET("/companies", { params: { query } }));
}

export function companyQuery(id: string) {
  return queryOptions({
    queryKey: ["companies", "one", id],
    queryFn: () => unwrap(api.GET("/companies/{id}", { params: { path: { id } } })),
  });
}

export function fetchCompanyContacts(
  id: string,
  score: string | undefined,
  cursor: string | undefined,
) {
  return unwrap(
    api.GET("/companies/{id}/contacts", {
      params: { path: { id }, query: { score, limit: 100, cursor } },
    }),
  );
}
