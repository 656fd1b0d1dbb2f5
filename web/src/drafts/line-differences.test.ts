import { expect, test } from "vitest";
import { lineDifferences } from "./line-differences";

const shown = (theirs: string[], mine: string[]) =>
  lineDifferences(theirs.join("\n"), mine.join("\n")).map(({ side, text }) => `${side} ${text}`);

test("a changed line stands between its neighbours", () => {
  expect(shown(["a", "b", "c"], ["a", "B", "c"])).toEqual([
    "both a",
    "theirs b",
    "mine B",
    "both c",
  ]);
});

test("what is far from any change is left out", () => {
  const same = Array.from({ length: 10 }, (_, index) => `line ${index}`);
  expect(shown([...same, "end"], [...same, "END"])).toEqual([
    "both line 8",
    "both line 9",
    "theirs end",
    "mine END",
  ]);
  expect(shown(["first", ...same], ["FIRST", ...same])).toEqual([
    "theirs first",
    "mine FIRST",
    "both line 0",
    "both line 1",
    "both …",
  ]);
});

test("very long texts are shown whole", () => {
  const long = Array.from({ length: 2000 }, () => "x");
  expect(lineDifferences(long.join("\n"), "y")).toHaveLength(2001);
});
