import type { ContactFilter } from "@/app/filters";
import { type Condition, fromGroup, type Group, rootOf } from "@/conditions/model";

/** A condition as it stands in an address: the JSON of it, or text. */
export function readWhere(where: string | undefined): Condition | null {
  if (where === undefined) return null;
  if (!where.startsWith("{")) return where;
  try {
    return JSON.parse(where) as Condition;
  } catch {
    return where;
  }
}

/** Absent where the condition holds for everybody. */
export function writeWhere(condition: Condition | null): string | undefined {
  if (condition === null || condition === "") return undefined;
  if (typeof condition === "string") return condition;
  const root = rootOf(condition);
  return root.kind !== "any" && root.parts.length === 0 ? undefined : JSON.stringify(condition);
}

/** The parts that are shown as chips, each of which can be taken away. */
export function chipsOf(where: Condition | null): Group {
  return where === null ? { kind: "all", parts: [] } : rootOf(where);
}

export function withoutPart(where: Condition | null, index: number): Condition {
  const { kind, parts } = chipsOf(where);
  return fromGroup({ kind, parts: parts.filter((_, at) => at !== index) });
}

/** Everything that the filter asks as one condition, but the search; null: everybody. */
export function wholeCondition(filter: ContactFilter): Condition | null {
  const where = readWhere(filter.where);
  const parts: Condition[] = [
    ...(where === null ? [] : [where]),
    ...(filter.segment === undefined ? [] : [{ segment: filter.segment }]),
    ...(filter.list === undefined ? [] : [{ list: filter.list }]),
  ];
  if (parts.length === 0) return null;
  return parts.length === 1 ? (parts[0] ?? null) : { all: parts };
}

export const isFiltered = (filter: ContactFilter) =>
  filter.q !== undefined ||
  filter.segment !== undefined ||
  filter.list !== undefined ||
  filter.where !== undefined;
