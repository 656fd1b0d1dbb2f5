import {
  type Document,
  isMap,
  isSeq,
  type Node as YamlNode,
  parseDocument,
  stringify,
  type YAMLSeq,
} from "yaml";

/** A journey's definition as text holds it: what the editor does not know stays in it as it is. */
export type Node = { readonly [member: string]: unknown };
export type Path = readonly (string | number)[];

/** A step, by its id and one member that says what it does (docs/reference/journeys.md). */
export interface Step extends Node {
  readonly id: string;
}

export interface Journey extends Node {
  readonly steps: readonly Step[];
}

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What the text says. Null where it is no YAML, or no object: it can be edited as text only. */
export function readJourney(source: string): Journey | null {
  const document = parseDocument(source);
  if (document.errors.length > 0 || !isMap(document.contents)) return null;
  const value: unknown = document.toJS();
  if (!isNode(value)) return null;
  const steps = value.steps ?? [];
  if (!Array.isArray(steps) || !steps.every(isNode)) return null;
  return { ...value, steps: steps as unknown as Step[] };
}

export function getIn(node: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) => (at === null || at === undefined ? undefined : (at as never)[part]),
    node,
  );
}

/** A copy in which `path` is `value`, with the objects on the way made; `undefined` takes it out. */
export function setIn<T>(node: T, path: Path, value: unknown): T {
  const [part, ...rest] = path;
  if (part === undefined) return value as T;
  const next = setIn((node as never)?.[part] as unknown, rest, value);
  if (Array.isArray(node)) {
    const copy: unknown[] = [...(node as unknown[])];
    copy[part as number] = next;
    return copy as T;
  }
  const copy: Record<string, unknown> = { ...(node as Record<string, unknown>) };
  if (next === undefined) delete copy[part];
  else copy[part] = next;
  return copy as T;
}

/** The text with what was changed from `before` to `after`; all else of it, comments too, stays. */
export function writeJourney(source: string, before: Journey, after: Journey): string {
  const document = parseDocument(source);
  if (document.errors.length > 0 || !isMap(document.contents)) return printNew(after);
  write(document, [], before, after);
  return document.toString({ lineWidth: 0, flowCollectionPadding: /[:-] \{ /.test(source) });
}

export const printNew = (value: unknown): string => stringify(value, { lineWidth: 0 });

/** Sets only what differs, so that what does not differ keeps its form and its comments. */
function write(document: Document, path: Path, before: unknown, after: unknown): void {
  if (before === after) return;
  if (isNode(before) && isNode(after)) {
    for (const name of Object.keys(before)) {
      if (!(name in after)) document.deleteIn([...path, name]);
    }
    for (const [name, value] of Object.entries(after)) {
      write(document, [...path, name], before[name], value);
    }
    return;
  }
  const seq = Array.isArray(before) && Array.isArray(after) && document.getIn(path, true);
  if (isSeq(seq)) {
    writeList(document, path, seq, before as unknown[], after as unknown[]);
    return;
  }
  document.setIn(path, document.createNode(after));
}

/** What two lists have in common is known by id or name, else by being the same. */
function writeList(
  document: Document,
  path: Path,
  seq: YAMLSeq,
  before: unknown[],
  after: unknown[],
): void {
  const old = [...seq.items];
  // An empty list can only be written on one line: with more it is no longer one.
  if (old.length === 0) seq.flow = false;
  const free = new Set(before.keys());
  const from = after.map((item) => {
    const index = before.findIndex((each, at) => free.has(at) && isSame(each, item));
    if (index >= 0) free.delete(index);
    return index;
  });
  seq.items = after.map((item, index) => {
    const place = from[index]!;
    return place >= 0 ? (old[place] as YamlNode) : document.createNode(item);
  });
  after.forEach((item, index) => {
    const place = from[index]!;
    if (place >= 0) write(document, [...path, index], before[place], item);
  });
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isNode(one) || !isNode(other)) return false;
  const name = one.id ?? one.name;
  return name !== undefined && name === (other.id ?? other.name);
}
