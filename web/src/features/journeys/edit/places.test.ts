import { describe, expect, test } from "vitest";
import { readJourney } from "./model/definition";
import { moveStep } from "./model/tree";
import { placesFor } from "./places";

const journey = readJourney(`
steps:
  - {id: hello, wait: 1d}
  - id: size
    branch:
      arms: [{name: big, when: x, steps: [{id: call, wait: 1d}]}]
  - {id: end, exit: done}
`)!;

const named = (id: string) =>
  placesFor(journey, id).map(({ after, of, way }) =>
    after ? `after ${after.id}` : of ? `first of ${way?.name || way?.kind} in ${of.id}` : "begin",
  );

describe("the places for a step", () => {
  test("are all but where it stands", () => {
    expect(named("hello")).toEqual([
      "first of big in size",
      "after call",
      "first of otherwise in size",
      "after size",
      "after end",
    ]);
  });

  test("are none within itself", () => {
    expect(named("size")).toEqual(["begin", "after end"]);
  });

  test("are places to which it moves", () => {
    for (const { place } of placesFor(journey, "hello")) {
      expect(moveStep(journey, "hello", place)).not.toBe(journey);
    }
  });
});
