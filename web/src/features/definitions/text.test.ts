import { describe, expect, test } from "vitest";
import type { Definition } from "./queries";
import { fits, lineCount, lineRange, linesOf } from "./text";

const text = "kind: score\nkey: lead\n\nrules: []";

describe("lines", () => {
  test.each([
    [1, "kind: score"],
    [2, "key: lead"],
    [3, ""],
    [4, "rules: []"],
    [0, "kind: score"],
    [99, "rules: []"],
  ])("line %d is %j", (line, expected) => {
    expect(text.slice(...lineRange(text, line))).toBe(expected);
  });

  test("are counted with the empty ones", () => {
    expect(lineCount(text)).toBe(4);
    expect(lineCount("")).toBe(1);
  });

  test("of problems are those with a number", () => {
    const problem = (line: number) => ({ file: "a.yaml", line, code: "x", message: "" });
    expect([...linesOf([problem(4), problem(0), problem(4)])]).toEqual([4]);
  });
});

test.each([
  [undefined, true],
  ["LEAD", true],
  ["rules", true],
  ["scores/lead", true],
  ["journey", false],
])("%s is found: %s", (q, found) => {
  const definition = { key: "lead", path: "scores/lead.yaml", text } as Definition;
  expect(fits(definition, q)).toBe(found);
});
