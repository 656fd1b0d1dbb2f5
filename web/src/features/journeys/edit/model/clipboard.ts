import { isNode, type Step } from "./definition";
import { kindOf } from "./kinds";

/** Steps that were copied, also from another journey or another window. */
const name = "sojourn-steps";
const stepsMax = 500;

export function copySteps(steps: readonly Step[]): void {
  try {
    localStorage.setItem(name, JSON.stringify(steps));
  } catch {
    // Without room nothing is copied, and pasting puts in what was copied before.
  }
}

export function copiedSteps(): Step[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(name) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept
      .slice(0, stepsMax)
      .filter((each) => isNode(each) && typeof each.id === "string" && kindOf(each) !== null);
  } catch {
    return [];
  }
}
