import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "./client";

type Definition = Schemas["Definition"];

const pageSize = 200;
/** A workspace has 10,000 definitions at most, and a page may be short where texts are long. */
const pagesMax = 200;

/** Every definition with its text, by kind and key. */
export function definitionsQuery(archived: boolean) {
  return queryOptions({
    queryKey: ["definitions", { archived }],
    queryFn: async () => {
      const all: Definition[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < pagesMax; ++page) {
        const query = { archived, limit: pageSize, cursor };
        const answer = await unwrap(api.GET("/definitions", { params: { query } }));
        all.push(...answer.items);
        if (answer.next === null) break;
        cursor = answer.next;
      }
      return all;
    },
  });
}

/** Those that are out of force until somebody corrects them. Rare, so it is asked seldom. */
export const setAsideQuery = queryOptions({
  ...definitionsQuery(false),
  staleTime: 5 * 60_000,
  select: (all: Definition[]) => all.filter((definition) => definition.setAside.length > 0),
});
