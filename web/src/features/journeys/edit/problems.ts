import type { Problem } from "./queries";
import { stepOfLine } from "./model/lines";

/** A problem and the step that it is about; null is the journey itself. */
export interface Located {
  problem: Problem;
  step: string | null;
}

export function locate(source: string, problems: readonly Problem[]): Located[] {
  return problems.map((problem) => ({
    problem,
    step: problem.line > 0 ? stepOfLine(source, problem.line) : null,
  }));
}

/** Messages by step, of the journey itself by nothing. */
export function byStep(located: readonly Located[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { problem, step } of located) {
    const name = step ?? "";
    found.set(name, [...(found.get(name) ?? []), problem.message]);
  }
  return found;
}
