import { expect, test } from "vitest";
import { columnCountOf, widthen } from "./table";

const table = {
  type: "table",
  header: ["Item", "Price"],
  aligns: ["start", "end"],
  rows: [["Cup", "3"], ["Pot"]],
  footer: [["Total", "3", "tax in it"]],
};

test("the longest row says how many columns there are", () => {
  expect(columnCountOf(table)).toBe(3);
  expect(columnCountOf({ rows: [] })).toBe(1);
});

test("every row gets as many cells as there are columns", () => {
  expect(widthen(table, 2)).toEqual({
    header: ["Item", "Price"],
    aligns: ["start", "end"],
    rows: [
      ["Cup", "3"],
      ["Pot", ""],
    ],
    footer: [["Total", "3"]],
  });
  expect(widthen({ rows: [["Cup"]] }, 1)).toEqual({ rows: [["Cup"]] });
});
