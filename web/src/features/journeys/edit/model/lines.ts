import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";
import { kinds } from "./kinds";

/** What a line of the text belongs to. */
export interface LineOwner {
  step: string | null;
}

interface Range {
  id: string;
  from: number;
  to: number;
}

/** Of each line, from 1, the innermost step on it; null is the journey itself. */
export function stepOfLine(source: string, line: number): string | null {
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter });
  const ranges: Range[] = [];
  visit(document, {
    Map(_, map) {
      const id = map.get("id");
      const isStep = typeof id === "string" && kinds.some((kind) => map.has(kind));
      if (isStep && map.range) {
        const from = counter.linePos(map.range[0]).line;
        ranges.push({ id, from, to: counter.linePos(lastOffset(map)).line });
      }
    },
  });
  const around = ranges.filter((range) => range.from <= line && line <= range.to);
  // Nested steps come later and begin later.
  return around[around.length - 1]?.id ?? null;
}

/** Where the last thing in a node ends: a block's own range goes on to the next one's line. */
function lastOffset(node: Node): number {
  if (isMap(node) && node.items.length > 0) {
    const last = node.items[node.items.length - 1]!;
    return lastOffset((last.value ?? last.key) as Node);
  }
  if (isSeq(node) && node.items.length > 0) {
    return lastOffset(node.items[node.items.length - 1] as Node);
  }
  const range = node.range ?? [0, 0, 0];
  return isScalar(node) ? Math.max(range[0], range[1] - 1) : range[0];
}

/** Lines of a step in the text, from 1; null where it is not there. */
export function lineOfStep(source: string, id: string): number | null {
  const counter = new LineCounter();
  let line: number | null = null;
  visit(parseDocument(source, { lineCounter: counter }), {
    Map(_, map) {
      if (line !== null || map.get("id") !== id || !map.range) return;
      line = counter.linePos(map.range[0]).line;
    },
  });
  return line;
}
