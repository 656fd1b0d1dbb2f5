import type { KeyboardEvent } from "react";
import { useEditing } from "./editing";
import { type EditNode, triggerId } from "./flow";
import { copiedSteps } from "./model/clipboard";
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
  const { journey, selected } = editing;
  const here = selected ?? triggerId;
  const go = (id: string | null | undefined) => {
    if (id === null || id === undefined) return;
    editing.select(id === triggerId ? null : id);
    focus(id);
  };
  const below = () => {
    const { entry, steps } = graphOf(journey);
    if (selected === null) return entry;
    return steps.find((each) => each.step.id === selected)?.lines[0]?.to;
  };
  const above = () => {
    if (selected === null) return null;
    const { steps } = graphOf(journey);
    const from = steps.find(
      (each) => each.step.id !== selected && each.lines.some((line) => line.to === selected),
    );
    return from?.step.id ?? triggerId;
  };
  const place = () => {
    const found = findStep(journey, selected);
    return found ? afterStep(found) : { list: rootList, index: 0 };
  };
  const beside = (direction: 1 | -1) => nearest(nodes, here, direction);
  const actions: Record<string, () => void> = {
    ArrowDown: () => go(below()),
    ArrowUp: () => go(above()),
    ArrowLeft: () => go(beside(-1)),
    ArrowRight: () => go(beside(1)),
    a: () => editing.askAdd(place()),
    Enter: focusInspector,
    f: fit,
    m: () => {
      if (selected !== null) editing.askMove(selected);
    },
    Delete: () => editing.remove(editing.chosen),
    Backspace: () => editing.remove(editing.chosen),
    Escape: () => go(triggerId),
    "mod d": () => editing.duplicate(editing.chosen),
    "mod c": () => editing.copy(editing.chosen),
    "mod x": () => {
      editing.copy(editing.chosen);
      editing.remove(editing.chosen);
    },
    "mod v": () => {
      const steps = copiedSteps();
      if (steps.length > 0) editing.paste(place(), steps);
    },
  };
  return (event: KeyboardEvent) => {
    if (event.altKey) return;
    const mod = event.ctrlKey || event.metaKey;
    const action = actions[mod ? `mod ${event.key.toLowerCase()}` : event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
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
