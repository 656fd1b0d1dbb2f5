import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "@/api/client";
import { bandQuestions, type Band } from "./bands";

export type Score = Schemas["Score"];

export const scoresQuery = queryOptions({
  queryKey: ["scores"],
  queryFn: () => unwrap(api.GET("/scores", { params: { query: { limit: 200 } } })),
  refetchInterval: 10_000,
});

export function scoreQuery(key: string) {
  return queryOptions({
    queryKey: ["score", key],
    queryFn: () => unwrap(api.GET("/scores/{key}", { params: { path: { key } } })),
    refetchInterval: 5_000,
  });
}

/** How many contacts lie in each band; the rows of one count. */
export function bandsQuery(key: string, bands: Band[]) {
  return queryOptions({
    queryKey: ["score", key, "bands", bands],
    queryFn: async () => {
      const where = bandQuestions(key, bands) as Schemas["Condition"];
      const count = await unwrap(
        api.POST("/segments/count", { body: { where, wait: true, people: 0 } }),
      );
      return count.rows.slice(1).map((row) => row.count);
    },
    refetchInterval: 30_000,
  });
}

export const backfillQuery = queryOptions({
  queryKey: ["backfill"],
  queryFn: () => unwrap(api.GET("/backfill")),
  refetchInterval: (query) => (query.state.data?.state === "building" ? 1_000 : 10_000),
});
