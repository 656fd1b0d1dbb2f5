import { describe, expect, test } from "vitest";
import { chipsOf, isFiltered, readWhere, wholeCondition, withoutPart, writeWhere } from "./filter";

const plan = { attribute: "plan", is: "pro" };
const both = { all: [plan, { list: "staff" }] };

describe("a condition in an address", () => {
  test.each([[plan], [both], ["plan is pro"], [{ not: { any: [plan] } }]])(
    "%j is read as it was written",
    (condition) => expect(readWhere(writeWhere(condition))).toEqual(condition),
  );

  test.each([[null], [""], [{ all: [] }], [{ not: { any: [] } }]])(
    "%j holds for everybody and leaves no trace",
    (condition) => expect(writeWhere(condition)).toBeUndefined(),
  );

  test("that somebody has damaged is shown as the text it is", () => {
    expect(readWhere("{all:")).toBe("{all:");
  });
});

test("a chip is one part, and is taken away alone", () => {
  expect(chipsOf(both).parts).toEqual(both.all);
  expect(withoutPart(both, 0)).toEqual({ all: [{ list: "staff" }] });
  expect(chipsOf(plan).parts).toEqual([plan]);
});

test("segment, list and condition together are one condition", () => {
  expect(wholeCondition({})).toBeNull();
  expect(wholeCondition({ q: "ann" })).toBeNull();
  expect(wholeCondition({ segment: "hot" })).toEqual({ segment: "hot" });
  expect(wholeCondition({ segment: "hot", list: "vip", where: "plan is pro" })).toEqual({
    all: ["plan is pro", { segment: "hot" }, { list: "vip" }],
  });
  expect(isFiltered({ cols: "plan" })).toBe(false);
  expect(isFiltered({ where: "plan is pro" })).toBe(true);
});
