import { expect, test } from "vitest";
import { readJourney } from "./definition";
import { graphOf } from "./graph";

const journey = readJourney(`
steps:
  - id: size
    branch:
      arms: [{name: big, when: x, steps: [{id: call, task: {title: Call}}]}]
  - id: half
    split:
      arms:
        - {name: A, percent: 50, steps: [{id: a, exit: a}]}
        - {name: B, percent: 50}
  - id: answer
    wait_for: {event: Bought, then: [{id: bought, exit: bought}]}
  - {id: back, go_to: {step: answer, at_most: 3}}
`)!;

test("each step leads where the engine would go", () => {
  const { entry, steps } = graphOf(journey);
  const ways = steps.map(({ step, lines }) => [step.id, lines.map((line) => line.to)]);
  expect(entry).toBe("size");
  expect(ways).toEqual([
    ["size", ["call", "half"]],
    ["call", ["half"]],
    // A split of 100 percent has no other way, and a wait without an end none when its time is up.
    ["half", ["a", "answer"]],
    ["a", []],
    ["answer", ["bought"]],
    ["bought", []],
    ["back", ["answer", null]],
  ]);
});

test("a line knows where a step is put that is added on it", () => {
  const { steps } = graphOf(journey);
  const placesOf = (id: string) =>
    steps
      .find(({ step }) => step.id === id)
      ?.lines.map((line) => line.place && `${line.place.list.join("/")}:${line.place.index}`);
  expect(placesOf("size")).toEqual(["steps/0/branch/arms/0/steps:0", "steps/0/branch/otherwise:0"]);
  expect(placesOf("call")).toEqual(["steps/0/branch/arms/0/steps:1"]);
  expect(placesOf("back")).toEqual([null, "steps:4"]);
});

test("an empty journey has no entry", () => {
  expect(graphOf({ steps: [] })).toEqual({ entry: null, steps: [] });
});
