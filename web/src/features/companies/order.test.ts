import { describe, expect, test } from "vitest";
import { filterOf, orderOf, scoresShown, valueOf } from "./order";
import type { ShownScore } from "./queries";

describe("the order of companies", () => {
  test.each([
    [{}, "contacts"],
    [{ sort: "contacts" as const, score: "lead" }, "contacts"],
    [{ sort: "name" as const }, "name"],
    [{ score: "lead" }, "score/lead"],
    [{ sort: "score" as const, score: "lead" }, "score/lead"],
    [{ sort: "score" as const }, "contacts"],
  ])("of %j is %s", (filter, order) => {
    expect(orderOf(filter)).toBe(order);
  });

  test("leaves a measure only with a score", () => {
    expect(filterOf("score/a/b", "highest")).toEqual({
      sort: undefined,
      score: "a/b",
      measure: "highest",
    });
    expect(filterOf("name", "highest")).toEqual({
      sort: "name",
      score: undefined,
      measure: undefined,
    });
    expect(filterOf("contacts", undefined).sort).toBeUndefined();
  });

  test("a company without points has 0", () => {
    const values = [{ score: "lead", sum: 90, average: 30, highest: 60, contacts: 2 }];
    expect(valueOf({ values }, "lead", "average")).toBe(30);
    expect(valueOf({ values }, "fit", "sum")).toBe(0);
  });

  test("the score sorted by is shown first, and no more than fit", () => {
    const score = (key: string): ShownScore => ({ key, name: key.toUpperCase(), state: "ready" });
    const scores = [score("c"), score("a"), score("b")];
    expect(scoresShown(scores, "b", 2).map(({ key }) => key)).toEqual(["b", "a"]);
    expect(scoresShown(scores, undefined, 5).map(({ key }) => key)).toEqual(["a", "b", "c"]);
  });
});
