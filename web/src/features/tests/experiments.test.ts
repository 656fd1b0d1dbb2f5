import { describe, expect, test } from "vitest";
import {
  type ArmCount,
  compared,
  type Experiment,
  findTest,
  firstStepOf,
  fits,
  liftOf,
  nameOf,
  scaleOf,
  stateOf,
  type Step,
  testsOf,
  type Verdict,
  waitOf,
} from "./experiments";
import type { Journey } from "./queries";

const since = "2026-11-01T00:00:00.000Z";
const decidesAfter = "2026-11-11T00:00:00.000Z";
const running: Experiment = {
  measure: "clicked",
  version: 1,
  since,
  confidence: 95,
  decidesAfter,
  atLeast: 200,
  verdict: null,
  winner: null,
};
const step = (id: string, more: Partial<Step> = {}): Step => ({
  id,
  kind: "send",
  name: id,
  summary: `does ${id}`,
  next: [],
  counts: { here: 0, passed: 0 },
  ...more,
});
const journeyWith = (experiment: Experiment | null): Journey => ({
  key: "welcome",
  name: "Welcome",
  version: 1,
  state: "running",
  trigger: { summary: "Signed Up" },
  goal: null,
  counts: { entered: 0, active: 0, completed: 0, goal: 0, exited: 0 },
  reentry: "never",
  exits: [],
  entry: "try",
  rev: "1",
  steps: [
    step("try", {
      name: "50 % a",
      summary: "50 % a",
      next: [
        { to: "ask", label: "a" },
        { to: "rest", label: "b" },
        { to: "rest", label: null },
      ],
      split: {
        arms: [
          { name: "a", percent: 50, taken: 120, people: 110 },
          { name: "b", percent: 50, taken: 90, people: 250 },
        ],
        experiment,
      },
    }),
    step("ask"),
    step("rest"),
  ],
});
const waiting = findTest(journeyWith(running), "try")!;
const verdict = (arm: string | null, arms: ArmCount[]): Verdict => ({
  kind: "winner",
  arm,
  chance: 0.004,
  at: decidesAfter,
  arms,
});
const arm = (name: string, rate: number | null, high: number | null = rate): ArmCount => ({
  name,
  rate,
  high,
});

describe("the tests of a journey", () => {
  test("are its splits with an experiment", () => {
    expect(testsOf(journeyWith(running)).map((each) => each.step.id)).toEqual(["try"]);
    expect(testsOf(journeyWith(null))).toEqual([]);
    expect(findTest(journeyWith(running), "rest")).toBeUndefined();
  });

  test("are called by their id where the step has no name of its own", () => {
    expect(nameOf(waiting)).toBe("try");
  });

  test.each([
    [undefined, true],
    ["WELC", true],
    ["try", true],
    ["nothing", false],
  ])("looking for %s finds it: %s", (q, found) => {
    expect(fits(waiting, q)).toBe(found);
  });

  test("an arm's people are those of its first step, unless arms share that", () => {
    expect(firstStepOf(waiting, "a")?.id).toBe("ask");
    expect(firstStepOf(waiting, "b")).toBeUndefined();
    expect(firstStepOf(waiting, "c")).toBeUndefined();
  });
});

describe("the state of a test", () => {
  const found = { arm: "a", at: since, by: null };
  test.each([
    ["collecting", running],
    ["counting", { ...running, decidesAfter: null }],
    ["undecided", { ...running, verdict: verdict(null, []) }],
    ["decided", { ...running, verdict: verdict("a", []), winner: found }],
    ["declared", { ...running, winner: { ...found, by: "mia" } }],
  ] as const)("is %s", (state, experiment) => {
    expect(stateOf(experiment)).toBe(state);
  });
});

describe("the guard", () => {
  const at = (days: number) => Date.parse(since) + days * 86_400_000;

  test("waits for the time and for the arm with the fewest people", () => {
    const wait = waitOf(waiting, at(5))!;
    expect(wait.time).toBeCloseTo(0.5);
    expect(wait.people).toBeCloseTo(0.55);
    expect(wait.missing).toEqual([{ arm: "a", count: 90 }]);
  });

  test("never shows more than all of it", () => {
    expect(waitOf(waiting, at(50))!.time).toBe(1);
    expect(waitOf(waiting, at(-1))!.time).toBe(0);
  });

  test("is gone once the look is over, or none is to come", () => {
    const over = { ...running, verdict: verdict("a", []) };
    expect(waitOf({ ...waiting, experiment: over }, at(5))).toBeUndefined();
    const never = { ...running, decidesAfter: null };
    expect(waitOf({ ...waiting, experiment: never }, at(5))).toBeUndefined();
  });
});

describe("a verdict", () => {
  test("compares its arm with the best of the others", () => {
    const both = compared(verdict("b", [arm("a", 0.08), arm("b", 0.12), arm("c", 0.1)]));
    expect([both.best?.name, both.next?.name]).toEqual(["b", "c"]);
    expect(liftOf(both)).toBeCloseTo(0.2);
  });

  test("without an arm speaks of the highest, and without a rate of no difference", () => {
    const both = compared(verdict(null, [arm("a", 0), arm("b", null)]));
    expect([both.best?.name, both.next?.name]).toEqual(["a", "b"]);
    expect(liftOf(both)).toBeUndefined();
    expect(liftOf({ best: arm("a", 0.1), next: arm("b", 0) })).toBeUndefined();
  });
});

test.each([
  [[arm("a", 0.004)], 0.01],
  [[arm("a", 0.04, 0.06), arm("b", 0.03, 0.05)], 0.1],
  [[arm("a", 0.9, 0.99)], 1],
  [[arm("a", null)], 0.01],
])("the scale of %j ends at %d", (arms, end) => {
  expect(scaleOf(arms)).toBe(end);
});
