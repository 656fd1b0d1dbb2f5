import type { KeyboardEvent } from "react";
import { useEditing } from "./editing";
import { type EditNode, triggerId } from "./flow";
import { copiedSteps } from "./model/clipboard";
import type { Journey } from "./model/definition";
import { graphOf } from "./model/graph";
import { afterStep, findStep, rootList } from "./model/tree";

interface Ports {
  nodes: readonly EditNode[];
  focus: (id: string) => void;
  fit: () => void;
}

/** The keys of the canvas; they are heard where a step has the focus, so not while somebody writes. */
export function useCanvasKeys({ nodes, focus, fit }: Ports) {
  const editing = useEditing();
  const actions = (here: string): Record<string, () => void> => {
    const { journey, chosen } = editing;
    const id = here === triggerId ? null : here;
    // What has the focus is meant, also where something else was chosen by mouse.
    const ids = id === null ? new Set<string>() : chosen.has(id) ? chosen : new Set([id]);
    const found = findStep(journey, id);
    const place = found ? afterStep(found) : { list: rootList, index: 0 };
    const go = (to: string | null | undefined) => {
      if (to === null || to === undefined) return;
      editing.select(to === triggerId ? null : to);
      focus(to);
    };
    return {
      ArrowDown: () => go(below(journey, id)),
      ArrowUp: () => go(above(journey, id)),
      ArrowLeft: () => go(nearest(nodes, here, -1)),
      ArrowRight: () => go(nearest(nodes, here, 1)),
      a: () => editing.askAdd(place),
      Enter: () => {
        editing.select(id);
        // The form of what was chosen is there with the next frame.
        requestAnimationFrame(focusInspector);
      },
      f: fit,
      m: () => {
        if (id !== null) editing.askMove(id);
      },
      Delete: () => editing.remove(ids),
      Backspace: () => editing.remove(ids),
      Escape: () => go(triggerId),
      "mod d": () => editing.duplicate(ids),
      "mod c": () => editing.copy(ids),
      "mod x": () => {
        editing.copy(ids);
        editing.remove(ids);
      },
      "mod v": () => {
        const steps = copiedSteps();
        if (steps.length > 0) editing.paste(place, steps);
      },
    };
  };
  return (event: KeyboardEvent<HTMLElement>) => {
    const here = event.currentTarget.dataset.node;
    if (event.altKey || here === undefined) return;
    const mod = event.ctrlKey || event.metaKey;
    const action = actions(here)[mod ? `mod ${event.key.toLowerCase()}` : event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
}

function below(journey: Journey, id: string | null): string | null | undefined {
  const { entry, steps } = graphOf(journey);
  if (id === null) return entry;
  return steps.find((each) => each.step.id === id)?.lines[0]?.to;
}

function above(journey: Journey, id: string | null): string | null {
  if (id === null) return null;
  const from = graphOf(journey).steps.find(
    (each) => each.step.id !== id && each.lines.some((line) => line.to === id),
  );
  return from?.step.id ?? triggerId;
}

function focusInspector(): void {
  document.querySelector<HTMLElement>("[data-inspector] input, [data-inspector] textarea")?.focus();
}

/** The step beside this one: on the same height, or the next there is on that side. */
function nearest(nodes: readonly EditNode[], id: string, direction: 1 | -1): string | null {
  const from = nodes.find((node) => node.id === id);
  if (!from) return null;
  const distance = (node: EditNode) =>
    Math.abs(node.position.x - from.position.x) + 10 * Math.abs(node.position.y - from.position.y);
  const there = nodes.filter(
    (node) => node.type === "step" && (node.position.x - from.position.x) * direction > 0,
  );
  there.sort((one, other) => distance(one) - distance(other));
  return there[0]?.id ?? null;
}
