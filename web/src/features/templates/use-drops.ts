import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { useEffect, useRef } from "react";
import { type Block, insert, keyOf, move, type Path } from "./document";
import type { Editing } from "./use-document";

/** What is dragged: something that stands somewhere, or a new block. */
export interface Dragged {
  path?: Path;
  isRow?: boolean;
  block?: Block;
}

/** Where it is dropped: before what stands at `index` of `list`. */
export interface Drop {
  list: Path;
  index: number;
}

/** Puts what was dragged where it was dropped. */
export function useDrops(editing: Editing): void {
  const latest = useRef(editing);
  useEffect(() => {
    latest.current = editing;
  });
  useEffect(
    () =>
      monitorForElements({
        onDrop: ({ source, location }) => {
          const target = location.current.dropTargets[0]?.data as unknown as Drop | undefined;
          const dragged = source.data as Dragged;
          const { doc, edit, select } = latest.current;
          if (!target) return;
          if (dragged.path) {
            edit(move(doc, dragged.path, target.list, target.index));
          } else if (dragged.block) {
            edit(insert(doc, target.list, target.index, dragged.block));
            select(keyOf(dragged.block));
          }
        },
      }),
    [],
  );
}
