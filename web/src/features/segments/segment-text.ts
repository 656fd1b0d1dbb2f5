import { isMap, parseDocument, stringify } from "yaml";
import type { Condition } from "@/conditions/model";

/** A segment's definition as its page edits it; what it does not know stays in the text as it is. */
export interface SegmentDraft {
  name: string;
  where: Condition | null;
}

const isCondition = (value: unknown): value is Condition =>
  typeof value === "string" ||
  (typeof value === "object" && value !== null && !Array.isArray(value));

export function readSegment(source: string): SegmentDraft {
  const segment: unknown = parseDocument(source).toJS();
  const { name, where } = (typeof segment === "object" && segment !== null ? segment : {}) as {
    name?: unknown;
    where?: unknown;
  };
  return {
    name: typeof name === "string" || typeof name === "number" ? String(name) : "",
    where: isCondition(where) ? where : null,
  };
}

const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** The text with what was changed from `before` to `after`; all else of it, comments too, stays. */
export function writeSegment(source: string, before: SegmentDraft, after: SegmentDraft): string {
  const document = parseDocument(source);
  if (!isMap(document.contents)) return source;
  if (before.name !== after.name) document.set("name", after.name);
  if (!equal(before.where, after.where)) {
    document.set("where", document.createNode(after.where ?? "everybody"));
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: /[:-] \{ /.test(source) });
}

export function segmentText(key: string, { name, where }: SegmentDraft): string {
  return stringify({ kind: "segment", key, name, where: where ?? "everybody" }, { lineWidth: 0 });
}
