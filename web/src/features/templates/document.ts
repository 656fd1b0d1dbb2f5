/** A document of blocks (docs/reference/blocks.md) and what the editor does with it: pure, by copies. */
export type Path = readonly (string | number)[];
export type Node = { readonly [member: string]: unknown };

export interface Block extends Node {
  readonly type: string;
}

export interface Column extends Node {
  readonly blocks: readonly Block[];
}

export interface Row extends Node {
  readonly cols: readonly Column[];
}

export interface Doc extends Node {
  readonly rows: readonly Row[];
}

/** Blocks and rows are told apart by a key that stays with them through changes, moves and undo. */
const keys = new WeakMap<object, string>();
let keyCount = 0;

export function keyOf(node: object): string {
  let key = keys.get(node);
  if (key === undefined) {
    keyCount += 1;
    key = `n${keyCount}`;
    keys.set(node, key);
  }
  return key;
}

function sameKey<T extends object>(from: object, to: T): T {
  keys.set(to, keyOf(from));
  return to;
}

export function getIn(node: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) => (at === null || at === undefined ? undefined : (at as never)[part]),
    node,
  );
}

/** A copy in which `path` is `value`; `undefined` takes the member out. */
export function setIn<T>(node: T, path: Path, value: unknown): T {
  const [part, ...rest] = path;
  if (part === undefined) return value as T;
  const next = setIn((node as never)[part] as unknown, rest, value);
  if (Array.isArray(node)) {
    const copy: unknown[] = [...(node as unknown[])];
    copy[part as number] = next;
    return copy as T;
  }
  const copy: Record<string, unknown> = { ...(node as Record<string, unknown>) };
  if (next === undefined) delete copy[part];
  else copy[part] = next;
  return sameKey(node as object, copy) as T;
}

export function change<T extends object>(node: T, path: Path, members: Node): T {
  return Object.entries(members).reduce(
    (now, [name, value]) => setIn(now, [...path, name], value),
    node,
  );
}

const listAt = (doc: Doc, path: Path): readonly Node[] =>
  (getIn(doc, path) as readonly Node[] | undefined) ?? [];

/** Puts a node into the list at `list`, before the one at `index`. */
export function insert(doc: Doc, list: Path, index: number, node: Node): Doc {
  const now = listAt(doc, list);
  return setIn(doc, list, [...now.slice(0, index), node, ...now.slice(index)]);
}

export function remove(doc: Doc, path: Path): Doc {
  const list = path.slice(0, -1);
  const index = path[path.length - 1] as number;
  return setIn(
    doc,
    list,
    listAt(doc, list).filter((_, at) => at !== index),
  );
}

export function duplicate(doc: Doc, path: Path): Doc {
  const node = structuredClone(getIn(doc, path)) as Node;
  return insert(doc, path.slice(0, -1), (path[path.length - 1] as number) + 1, node);
}

/** Takes the node at `from` out and puts it into `list` before what stands at `index` there now. */
export function move(doc: Doc, from: Path, list: Path, index: number): Doc {
  if (startsWith(list, from)) return doc; // into itself
  const node = getIn(doc, from) as Node | undefined;
  if (node === undefined) return doc;
  const source = from.slice(0, -1);
  const at = from[from.length - 1] as number;
  // Taking it out moves what comes behind it in the same list, and what is within that.
  let target = list;
  let place = index;
  if (samePath(source, list)) {
    if (index > at) place -= 1;
  } else if (startsWith(list, source) && (list[source.length] as number) > at) {
    target = list.map((part, depth) => (depth === source.length ? (part as number) - 1 : part));
  }
  return insert(remove(doc, from), target, place, node);
}

/** One place up or down within its list; at the end of a column on into the next row. */
export function step(doc: Doc, path: Path, by: 1 | -1): Doc {
  const list = path.slice(0, -1);
  const at = path[path.length - 1] as number;
  const to = at + by;
  if (to >= 0 && to < listAt(doc, list).length) {
    return move(doc, path, list, by === 1 ? to + 1 : to);
  }
  const row = path[1] as number;
  const inRow = path[0] === "rows" && path.length === 6;
  if (!inRow || row + by < 0 || row + by >= doc.rows.length) return doc;
  const target: Path = ["rows", row + by, "cols", 0, "blocks"];
  return move(doc, path, target, by === 1 ? 0 : listAt(doc, target).length);
}

export function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && startsWith(a, b);
}

export function startsWith(path: Path, start: Path): boolean {
  return start.every((part, index) => path[index] === part);
}

/** Where each block stands, in reading order; rows before what is in them. */
export function places(doc: Doc): { path: Path; node: Node; key: string; isRow: boolean }[] {
  const found: { path: Path; node: Node; key: string; isRow: boolean }[] = [];
  const visitBlocks = (blocks: readonly Block[], path: Path) =>
    blocks.forEach((block, index) => {
      const at = [...path, index];
      found.push({ path: at, node: block, key: keyOf(block), isRow: false });
      if (block.type === "columns" && Array.isArray(block.cols)) {
        (block.cols as Column[]).forEach((col, place) =>
          visitBlocks(col.blocks ?? [], [...at, "cols", place, "blocks"]),
        );
      }
    });
  doc.rows.forEach((row, index) => {
    found.push({ path: ["rows", index], node: row, key: keyOf(row), isRow: true });
    row.cols.forEach((col, place) =>
      visitBlocks(col.blocks ?? [], ["rows", index, "cols", place, "blocks"]),
    );
  });
  return found;
}

export function pathOf(doc: Doc, key: string | null): Path | null {
  if (key === null) return null;
  return places(doc).find((each) => each.key === key)?.path ?? null;
}

/** The place that a message of the server names: `rows[1].cols[0].blocks[2].href is …`. */
export function pathInMessage(message: string): Path | null {
  const named = /rows\[\d+\](?:\.cols\[\d+\]\.blocks\[\d+\])*/.exec(message)?.[0];
  if (!named) return null;
  return [...named.matchAll(/(rows|cols|blocks)\[(\d+)\]/g)].flatMap(([, list, index]) => [
    list!,
    Number(index),
  ]);
}

export const columnsMax = 4;

/** In percent; those that say nothing share what the others leave. */
export function columnWidths(cols: readonly Column[]): number[] {
  const said = cols.map((col) => (typeof col.w === "number" ? col.w : null));
  const taken = said.reduce<number>((sum, width) => sum + (width ?? 0), 0);
  const silent = said.filter((width) => width === null).length;
  const share = silent === 0 ? 0 : Math.max(5, (100 - taken) / silent);
  return said.map((width) => width ?? share);
}

/** So many columns; the blocks of those that go are put into the last that stays. */
export function withColumns<T extends { readonly cols: readonly Column[] }>(
  holder: T,
  count: number,
): readonly Column[] {
  const kept = holder.cols.slice(0, count).map((col) => setIn(col, ["w"], undefined));
  const orphans = holder.cols.slice(count).flatMap((col) => col.blocks);
  while (kept.length < count) kept.push({ blocks: [] });
  const last = kept[count - 1]!;
  kept[count - 1] = setIn(last, ["blocks"], [...last.blocks, ...orphans]);
  return kept;
}
