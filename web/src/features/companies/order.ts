import type { CompanyFilter } from "@/app/filters";
import type { CompanyMeasure, CompanySummary, ShownScore } from "./queries";

const scorePrefix = "score/";

/** One choice of the list "sort by": `contacts`, `name`, or a score as `score/lead`. */
export function orderOf(filter: CompanyFilter): string {
  if (filter.sort === "name") return "name";
  if (filter.score !== undefined && filter.sort !== "contacts") return scorePrefix + filter.score;
  return "contacts";
}

/** The part of the address that says so. A measure is of scores only. */
export function filterOf(order: string, measure: CompanyMeasure | undefined): CompanyFilter {
  if (order.startsWith(scorePrefix)) {
    return { sort: undefined, score: order.slice(scorePrefix.length), measure };
  }
  return { sort: order === "name" ? "name" : undefined, score: undefined, measure: undefined };
}

/** The number that a company shows for a score; whoever has no points counts as 0. */
export function valueOf(
  company: Pick<CompanySummary, "values">,
  score: string,
  measure: CompanyMeasure,
): number {
  return company.values.find((value) => value.score === score)?.[measure] ?? 0;
}

/** The scores that have room in the list: the one sorted by, then by name. */
export function scoresShown(
  scores: ShownScore[],
  named: string | undefined,
  countMax: number,
): ShownScore[] {
  const byName = [...scores].sort((one, other) => one.name.localeCompare(other.name));
  const first = byName.filter((score) => score.key === named);
  return [...first, ...byName.filter((score) => score.key !== named)].slice(0, countMax);
}
