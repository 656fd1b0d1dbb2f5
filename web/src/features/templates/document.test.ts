import { describe, expect, test } from "vitest";
import {
  columnWidths,
  type Doc,
  duplicate,
  getIn,
  keyOf,
  move,
  pathInMessage,
  pathOf,
  remove,
  setIn,
  step,
  withColumns,
} from "./document";

const block = (name: string) => ({ type: "heading", text: name });
const doc = (): Doc => ({
  v: 1,
  rows: [
    { cols: [{ blocks: [block("a"), block("b")] }, { blocks: [block("c")] }] },
    {
      cols: [
        {
          blocks: [
            block("d"),
            { type: "columns", cols: [{ blocks: [block("e")] }, { blocks: [] }] },
          ],
        },
      ],
    },
  ],
});
/** The names of a document: a row a list, columns by bars. */
const shape = ({ rows }: Doc) => {
  const names = (blocks: readonly { type: string }[]): string =>
    blocks
      .map((each) => {
        const node = each as { text?: string; cols?: { blocks: { type: string }[] }[] };
        return node.cols ? `(${node.cols.map((col) => names(col.blocks)).join("|")})` : node.text;
      })
      .join(" ");
  return rows.map((row) => row.cols.map((col) => names(col.blocks)).join(" | "));
};
const blocksOf = (row: number, col: number) => ["rows", row, "cols", col, "blocks"];

describe("blocks", () => {
  test.each([
    ["down in its column", [...blocksOf(0, 0), 0], blocksOf(0, 0), 2, ["b a | c", "d (e|)"]],
    ["up in its column", [...blocksOf(0, 0), 1], blocksOf(0, 0), 0, ["b a | c", "d (e|)"]],
    ["to its own place", [...blocksOf(0, 0), 0], blocksOf(0, 0), 1, ["a b | c", "d (e|)"]],
    ["to another column", [...blocksOf(0, 0), 0], blocksOf(0, 1), 1, ["b | c a", "d (e|)"]],
    [
      "into columns behind it in the same list",
      [...blocksOf(1, 0), 0],
      [...blocksOf(1, 0), 1, "cols", 1, "blocks"],
      0,
      ["a b | c", "(e|d)"],
    ],
    [
      "out of columns",
      [...blocksOf(1, 0), 1, "cols", 0, "blocks", 0],
      blocksOf(0, 0),
      0,
      ["e a b | c", "d (|)"],
    ],
  ])("move %s", (_name, from, list, index, expected) => {
    expect(shape(move(doc(), from, list, index))).toEqual(expected);
  });

  test("do not move into themselves", () => {
    const from = [...blocksOf(1, 0), 1];
    expect(shape(move(doc(), from, [...from, "cols", 0, "blocks"], 0))).toEqual(shape(doc()));
  });

  test("step over the end of a row into the next", () => {
    expect(shape(step(doc(), [...blocksOf(0, 0), 1], 1))).toEqual(["a | c", "b d (e|)"]);
    expect(shape(step(doc(), [...blocksOf(1, 0), 0], -1))).toEqual(["a b d | c", "(e|)"]);
    expect(shape(step(doc(), [...blocksOf(0, 0), 0], -1))).toEqual(shape(doc()));
  });

  test("are removed and duplicated", () => {
    expect(shape(remove(doc(), [...blocksOf(0, 0), 0]))[0]).toBe("b | c");
    expect(shape(duplicate(doc(), [...blocksOf(0, 0), 0]))[0]).toBe("a a b | c");
    expect(shape(duplicate(doc(), ["rows", 0]))).toHaveLength(3);
  });

  test("are found by their key after changes and moves", () => {
    const before = doc();
    const path = [...blocksOf(0, 0), 0];
    const key = keyOf(getIn(before, path) as object);
    const changed = setIn(before, [...path, "text"], "A");
    const moved = move(changed, path, blocksOf(0, 1), 0);
    expect(pathOf(moved, key)).toEqual([...blocksOf(0, 1), 0]);
    expect(getIn(before, [...path, "text"])).toBe("a");
  });
});

test("a copy of a block is another block", () => {
  const copied = duplicate(doc(), [...blocksOf(0, 0), 0]);
  const [first, second] = getIn(copied, blocksOf(0, 0)) as object[];
  expect(keyOf(first!)).not.toBe(keyOf(second!));
});

test("columns that say no width share what the others leave", () => {
  expect(columnWidths([{ w: 60, blocks: [] }, { blocks: [] }])).toEqual([60, 40]);
  expect(columnWidths([{ blocks: [] }, { blocks: [] }])).toEqual([50, 50]);
  expect(columnWidths([{ w: 100, blocks: [] }, { blocks: [] }])).toEqual([100, 5]);
});

test("columns that go leave their blocks behind", () => {
  const [first, ...others] = withColumns(doc().rows[0]!, 1);
  expect(first?.blocks).toHaveLength(3);
  expect(others).toEqual([]);
  expect(withColumns(doc().rows[0]!, 4)).toHaveLength(4);
});

test("the server's words lead to a block", () => {
  expect(pathInMessage("document.rows[1].cols[0].blocks[2].href is required")).toEqual([
    ...blocksOf(1, 0),
    2,
  ]);
  expect(pathInMessage("document.rows[3].bg is no color")).toEqual(["rows", 3]);
  expect(pathInMessage("subject is required")).toBeNull();
});
