import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import {
  draggable,
  dropTargetForElements,
} from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { type RefObject, useEffect, useState } from "react";
import type { Path } from "./document";
import type { Dragged } from "./use-drops";

export type Edge = "before" | "after" | null;

interface Place {
  element: RefObject<HTMLElement | null>;
  handle: RefObject<HTMLElement | null>;
  path: Path;
  isRow: boolean;
}

/** Lets a block or row be dragged by its handle, and others be dropped before or after it. */
export function usePlace({ element, handle, path, isRow }: Place): {
  edge: Edge;
  dragging: boolean;
} {
  const [edge, setEdge] = useState<Edge>(null);
  const [dragging, setDragging] = useState(false);
  const place = JSON.stringify(path);
  useEffect(() => {
    const target = element.current;
    if (!target || !handle.current) return undefined;
    const here = JSON.parse(place) as Path;
    const index = here[here.length - 1] as number;
    const isAfter = (y: number) => {
      const { top, height } = target.getBoundingClientRect();
      return y > top + height / 2;
    };
    return combine(
      draggable({
        element: target,
        dragHandle: handle.current,
        getInitialData: () => ({ path: here, isRow }),
        onDragStart: () => setDragging(true),
        onDrop: () => setDragging(false),
      }),
      dropTargetForElements({
        element: target,
        canDrop: ({ source }) => Boolean((source.data as Dragged).isRow) === isRow,
        getData: ({ input }) => ({
          list: here.slice(0, -1),
          index: index + (isAfter(input.clientY) ? 1 : 0),
        }),
        onDrag: ({ self, location }) => {
          const isInner = location.current.dropTargets[0]?.element === self.element;
          setEdge(isInner ? (self.data.index === index ? "before" : "after") : null);
        },
        onDragLeave: () => setEdge(null),
        onDrop: () => setEdge(null),
      }),
    );
  }, [element, handle, place, isRow]);
  return { edge, dragging };
}

/** Lets blocks be dropped into a column that has none. */
export function useEmptyColumn(element: RefObject<HTMLElement | null>, list: Path): boolean {
  const [over, setOver] = useState(false);
  const place = JSON.stringify(list);
  useEffect(() => {
    if (!element.current) return undefined;
    return dropTargetForElements({
      element: element.current,
      canDrop: ({ source }) => !(source.data as Dragged).isRow,
      getData: () => ({ list: JSON.parse(place) as Path, index: 0 }),
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: () => setOver(false),
    });
  }, [element, place]);
  return over;
}
