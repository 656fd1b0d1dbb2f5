import { createContext, useContext } from "react";
import type { ExplainedRow } from "./queries";
import { type Condition, groupOf, partPath, rowOf } from "./model";

export interface RowNumber {
  count: number;
  exact: boolean;
}

/** What the server says of the rows, by their paths. */
export interface Findings {
  counts: ReadonlyMap<string, RowNumber>;
  /** Of one contact. */
  answers: ReadonlyMap<string, ExplainedRow>;
  /** Where it is wrong, and how. */
  problem: { path: string; message: string } | null;
}

export const noFindings: Findings = { counts: new Map(), answers: new Map(), problem: null };
export const FindingsContext = createContext<Findings>(noFindings);
export const useFindings = () => useContext(FindingsContext);

/** The answers of an explanation by the paths of the condition that was asked. */
export function answersByPath(
  condition: Condition,
  row: ExplainedRow,
  path = "where",
  found = new Map<string, ExplainedRow>(),
): Map<string, ExplainedRow> {
  found.set(path, row);
  const group = groupOf(condition);
  if (group) {
    // Of "none" the server tells the negation, and in it the group.
    const inner = group.kind === "none" ? row.rows[0] : row;
    group.parts.forEach((part, index) => {
      const answer = inner?.rows[index];
      if (answer) answersByPath(part, answer, partPath(path, group.kind, index), found);
    });
  } else if (rowOf(condition).negated && row.rows[0]) {
    found.set(`${path}.not`, row.rows[0]);
  }
  return found;
}

/** Whether a problem of this path lies in the row of that one. */
export function liesIn(problem: string, path: string): boolean {
  return problem === path || problem.startsWith(`${path}.`) || problem.startsWith(`${path}[`);
}

const named = ["attribute", "property", "event", "segment", "list", "score", "grade"];

/** Where something is still to be filled in; null where nothing is. */
export function unfinishedIn(condition: Condition, path = "where"): string | null {
  if (typeof condition === "string") return condition.trim() === "" ? path : null;
  for (const [member, value] of Object.entries(condition)) {
    const at = `${path}.${member}`;
    if (named.includes(member) && value === "") return at;
    const parts: [unknown, string][] = Array.isArray(value)
      ? value.map((part, index) => [part, `${at}[${index}]`])
      : [[value, at]];
    const isGroup = member === "all" || member === "any" || member === "not";
    for (const [part, place] of parts) {
      const isInner = typeof part === "object" && part !== null;
      const found = isInner || isGroup ? unfinishedIn(part as Condition, place) : null;
      if (found !== null) return found;
    }
  }
  return null;
}
