import { draggable, monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { useEffect, useRef, useState } from "react";
import type { Editing } from "./editing";
import { type Kind, kinds } from "./model/kinds";
import type { Place } from "./model/tree";

/** What is dragged: a step that stands somewhere, or a new one. */
type Dragged = { move: string } | { add: Kind };

/** Puts what was dragged where it was dropped. True while something is dragged. */
export function useDrops(editing: Editing): boolean {
  const latest = useRef(editing);
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    latest.current = editing;
  });
  useEffect(
    () =>
      monitorForElements({
        onDragStart: () => setDragging(true),
        onDrop: ({ source, location }) => {
          setDragging(false);
          const target = location.current.dropTargets[0]?.data as unknown as Place | undefined;
          if (!target) return;
          const { move, add } = source.data;
          const kind = kinds.find((each) => each === add);
          if (typeof move === "string") latest.current.move(move, target);
          else if (kind) latest.current.add(kind, target);
        },
      }),
    [],
  );
  return dragging;
}

/** A ref that makes an element one that can be dragged. */
export function useDraggable(data: Dragged) {
  const element = useRef<HTMLDivElement & HTMLButtonElement>(null);
  const latest = useRef(data);
  useEffect(() => {
    latest.current = data;
  });
  useEffect(() => {
    if (!element.current) return undefined;
    return draggable({
      element: element.current,
      getInitialData: () => ({ ...latest.current }),
    });
  }, []);
  return element;
}
