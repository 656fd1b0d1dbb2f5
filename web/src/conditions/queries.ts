import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "@/api/client";
import { unfinishedIn } from "./findings";
import { type Condition, rooted } from "./model";

export type SegmentCount = Schemas["SegmentCount"];
export type ExplainedRow = Schemas["ExplainedRow"];

/** A condition is counted when nobody has changed it for so long. */
const countDelay = 400;
const suggestionsStale = 60_000;

/** A condition in both of its forms; an error says where a text cannot be read. */
export function readQuery(where: Condition) {
  return queryOptions({
    queryKey: ["conditions", "read", where],
    queryFn: () => unwrap(api.POST("/segments/read", { body: { where } })),
    staleTime: Infinity,
    retry: false,
  });
}

export interface Form {
  /** As the form shows it; null: for everybody, or not read yet. */
  condition: Condition | null;
  /** A text that cannot be read as a condition, or is not yet. */
  unread: boolean;
  error: Error | null;
}

/** The form of a condition that may be written as text. */
export function useForm(value: Condition | null): Form {
  const isText = typeof value === "string" && value.trim() !== "";
  const read = useQuery({ ...readQuery(value ?? ""), enabled: isText });
  if (!isText) return { condition: value === "" ? null : value, unread: false, error: null };
  const condition = read.data?.definition ?? null;
  return { condition, unread: condition === null, error: read.error };
}

function countQuery(where: Condition, people: number) {
  return queryOptions({
    queryKey: ["conditions", "count", where, people],
    queryFn: () => unwrap(api.POST("/segments/count", { body: { where, people, wait: false } })),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** The exact number, where a sample has answered first. */
function exactQuery(id: string) {
  return queryOptions({
    queryKey: ["conditions", "exact", id],
    queryFn: () =>
      unwrap(api.GET("/segments/count/{id}", { params: { path: { id }, query: { wait: true } } })),
    refetchInterval: (query) => (query.state.data?.exact === false ? 500 : false),
    retry: false,
  });
}

/** How many a condition holds for, as a whole and in each row: a sample at once, then exactly. */
export function useCount(condition: Condition | null, people = 0, enabled = true) {
  const [asked] = useDebouncedValue(JSON.stringify(rooted(condition)), countDelay);
  const count = useQuery({
    ...countQuery(JSON.parse(asked) as Condition, people),
    // What is not finished has no number.
    enabled: enabled && unfinishedIn(JSON.parse(asked) as Condition) === null,
  });
  const id = count.data?.id ?? null;
  const exact = useQuery({ ...exactQuery(id ?? ""), enabled: enabled && id !== null });
  const data = exact.data && id !== null && exact.data.exact ? exact.data : count.data;
  return { data, people: count.data?.people, error: count.error, fetching: count.isFetching };
}

export const attributesQuery = queryOptions({
  queryKey: ["conditions", "attributes"],
  queryFn: () => unwrap(api.GET("/attributes")),
  staleTime: suggestionsStale,
});

export function attributeValuesQuery(name: string) {
  return queryOptions({
    queryKey: ["conditions", "values", name],
    queryFn: () => unwrap(api.GET("/attributes/{name}/values", { params: { path: { name } } })),
    staleTime: suggestionsStale,
    enabled: name !== "",
  });
}

export const eventNamesQuery = queryOptions({
  queryKey: ["conditions", "events"],
  queryFn: () => unwrap(api.GET("/event-names")),
  staleTime: suggestionsStale,
});

export const listsQuery = queryOptions({
  queryKey: ["lists"],
  queryFn: () => unwrap(api.GET("/lists", { params: { query: { limit: 200 } } })),
});

export const scoresQuery = queryOptions({
  queryKey: ["scores"],
  queryFn: () => unwrap(api.GET("/scores", { params: { query: { limit: 200 } } })),
});

export function scoreQuery(key: string) {
  return queryOptions({
    queryKey: ["score", key],
    queryFn: () => unwrap(api.GET("/scores/{key}", { params: { path: { key } } })),
  });
}

export function explainQuery(contact: string, where: Condition) {
  return queryOptions({
    queryKey: ["conditions", "explain", contact, where],
    queryFn: () =>
      unwrap(
        api.POST("/segments/explain", { body: { contact, where: where as Schemas["Condition"] } }),
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });
}
