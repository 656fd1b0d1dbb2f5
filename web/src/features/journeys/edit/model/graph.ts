import { getIn, isNode, type Journey, type Path, type Step, textOf } from "./definition";
import { isEnd, kindOf, type Way, waysOf } from "./kinds";
import { type Place, rootList, stepsAt } from "./tree";

/** The way on from a step to the next: what the canvas draws as a line. */
export interface Line {
  to: string | null;
  way: Way | null;
  /** Where a step is put that is added on the line; null where nothing can stand. */
  place: Place | null;
}

export interface GraphStep {
  step: Step;
  lines: Line[];
}

/**
 * The steps with their ways on, as the engine reads them: a path that ends joins the step after. What is
 * written twice with one id is kept, since the canvas shows the first and the problems name the second.
 */
export function graphOf(journey: Journey): { entry: string | null; steps: GraphStep[] } {
  const steps: GraphStep[] = [];
  const read = (list: Path, after: string | null) => {
    const here = stepsAt(journey, list);
    here.forEach((step, index) => {
      const next = here[index + 1]?.id ?? after;
      const path = [...list, index];
      steps.push({ step, lines: linesOf(journey, step, path, { list, index: index + 1 }, next) });
      for (const way of waysOf(step)) read([...path, ...way.at], next);
    });
  };
  read(rootList, null);
  return { entry: stepsAt(journey, rootList)[0]?.id ?? null, steps };
}

function linesOf(
  journey: Journey,
  step: Step,
  path: Path,
  after: Place,
  next: string | null,
): Line[] {
  if (isEnd(step)) return [];
  const ways = waysOf(step);
  if (ways.length > 0) {
    return ways.map((way) => {
      const list = [...path, ...way.at];
      const first = stepsAt(journey, list)[0]?.id ?? next;
      return { to: first, way, place: { list, index: 0 } };
    });
  }
  const on: Line = { to: next, way: null, place: after };
  if (kindOf(step) !== "go_to") return [on];
  const target = isNode(step.go_to) ? textOf(getIn(step.go_to, ["step"])) : textOf(step.go_to);
  const again: Way = { at: [], kind: "then", name: "" };
  const enough: Way = { at: [], kind: "otherwise", name: "" };
  if (target === "") return [on];
  return [
    { to: target, way: again, place: null },
    { ...on, way: enough },
  ];
}
