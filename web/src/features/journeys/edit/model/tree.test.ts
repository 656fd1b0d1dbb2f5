import { describe, expect, test } from "vitest";
import { type Journey, readJourney } from "./definition";
import {
  allSteps,
  freshId,
  moveStep,
  outermost,
  removeStep,
  renameStep,
  withFreshIds,
} from "./tree";

const journey = readJourney(`
steps:
  - {id: hello, send: {template: hello}}
  - id: answer
    wait_for:
      clicked: hello
      at_most: 2 days
      then: [{id: thanks, send: {template: thanks}}]
      otherwise:
        - {id: nudge, send: {template: nudge}}
        - {id: again, go_to: {step: answer}}
  - {id: end, exit: done}
`)!;

const ids = (value: Journey) => allSteps(value).map(({ step }) => step.id);
const then = ["steps", 1, "wait_for", "then"];
const otherwise = ["steps", 1, "wait_for", "otherwise"];

test("steps are read in order, a step before what is in its paths", () => {
  expect(ids(journey)).toEqual(["hello", "answer", "thanks", "nudge", "again", "end"]);
});

describe("moving", () => {
  test.each([
    ["into a path", "hello", { list: then, index: 1 }, "answer thanks hello nudge again end"],
    ["to the end", "hello", { list: ["steps"], index: 3 }, "answer thanks nudge again end hello"],
    [
      "to the beginning",
      "end",
      { list: ["steps"], index: 0 },
      "end hello answer thanks nudge again",
    ],
    [
      "between paths",
      "thanks",
      { list: otherwise, index: 0 },
      "hello answer thanks nudge again end",
    ],
    [
      "out of a path",
      "nudge",
      { list: ["steps"], index: 1 },
      "hello nudge answer thanks again end",
    ],
    ["where it is", "hello", { list: ["steps"], index: 1 }, "hello answer thanks nudge again end"],
    ["into itself", "answer", { list: then, index: 0 }, "hello answer thanks nudge again end"],
  ])("%s", (_, id, place, expected) => {
    expect(ids(moveStep(journey, id, place)).join(" ")).toBe(expected);
  });

  test("takes a path along that has become empty", () => {
    const moved = moveStep(journey, "thanks", { list: ["steps"], index: 0 });
    expect(moved.steps[2]?.wait_for).not.toHaveProperty("then");
  });
});

test("what is removed takes the steps in its paths along", () => {
  expect(ids(removeStep(journey, "answer"))).toEqual(["hello", "end"]);
  expect(removeStep(removeStep(journey, "hello"), "nothing").steps).toHaveLength(2);
});

test("a copy has ids of its own, and speaks of its own steps", () => {
  const copy = withFreshIds(journey.steps[1]!, new Set(ids(journey)));
  expect(ids({ steps: [copy] })).toEqual(["answer-2", "thanks-2", "nudge-2", "again-2"]);
  expect(copy.wait_for).toMatchObject({
    clicked: "hello", // which was not copied
    otherwise: [{}, { go_to: { step: "answer-2" } }],
  });
});

test("a step that is renamed is spoken of by its new name", () => {
  const renamed = renameStep(journey, "hello", "welcome");
  expect(renamed.steps[1]?.wait_for).toMatchObject({ clicked: "welcome" });
  expect(renamed.steps[0]).toMatchObject({ id: "welcome", send: { template: "hello" } });
});

test("numbers are counted on", () => {
  expect(freshId("mail", new Set())).toBe("mail");
  expect(freshId("mail-2", new Set(["mail", "mail-2"]))).toBe("mail-3");
});

test("of chosen steps those within others go without saying", () => {
  const chosen = outermost(journey, new Set(["end", "answer", "nudge"]));
  expect(chosen.map(({ step }) => step.id)).toEqual(["answer", "end"]);
});
