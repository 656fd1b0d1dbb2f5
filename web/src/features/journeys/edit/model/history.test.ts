import { describe, expect, test } from "vitest";
import { noHistory, record, redo, stepsMax, undo } from "./history";
import { applyPatches, differences, inverted } from "./patches";

interface Value {
  name?: string;
  steps: { id: string; wait?: string }[];
}
const first: Value = { name: "a", steps: [{ id: "x", wait: "1d" }, { id: "y" }] };

describe("patches", () => {
  test.each<[string, Value]>([
    ["a text", { ...first, name: "b" }],
    ["a member that goes", { steps: first.steps }],
    ["an item's member", { ...first, steps: [{ id: "x", wait: "2d" }, { id: "y" }] }],
    ["an item more", { ...first, steps: [...first.steps, { id: "z" }] }],
    ["nothing", first],
  ])("lead there and back: %s", (_, after) => {
    const patches = differences(first, after);
    expect(applyPatches(first, patches)).toEqual(after);
    expect(applyPatches(after, inverted(patches))).toEqual(first);
  });

  test("are small", () => {
    const after = { ...first, steps: [{ id: "x", wait: "2d" }, { id: "y" }] };
    expect(differences(first, after)).toEqual([
      { path: ["steps", 0, "wait"], before: "1d", after: "2d" },
    ]);
  });

  test("can be kept as JSON", () => {
    const after: Value = { steps: first.steps };
    const kept = JSON.parse(JSON.stringify(differences(first, after))) as never;
    expect(applyPatches(first, kept)).toEqual(after);
    expect(applyPatches(after, inverted(kept))).toEqual(first);
  });
});

describe("history", () => {
  const named = (name: string): Value => ({ ...first, name });

  test("goes back and on again", () => {
    let history = record(noHistory, first, named("b"), 0);
    history = record(history, named("b"), named("c"), 0);
    const back = undo(undo(history, named("c")).history, undo(history, named("c")).value);
    expect(back.value).toEqual(first);
    expect(redo(back.history, back.value).value).toEqual(named("b"));
    expect(redo(noHistory, first).value).toBe(first);
    expect(undo(noHistory, first).value).toBe(first);
  });

  test("has typing as one step, and another thing as the next", () => {
    let history = record(noHistory, first, named("b"), 0, "name");
    history = record(history, named("b"), named("bc"), 1_000, "name");
    expect(history.past).toHaveLength(1);
    expect(undo(history, named("bc")).value).toEqual(first);
    history = record(history, named("bc"), named("bcd"), 9_000, "name");
    expect(history.past).toHaveLength(2);
  });

  test("forgets what was undone when something else is done", () => {
    const undone = undo(record(noHistory, first, named("b"), 0), named("b"));
    expect(record(undone.history, first, named("c"), 0).future).toEqual([]);
  });

  test("keeps the newest steps", () => {
    let history = noHistory;
    let now = first;
    for (let index = 0; index < stepsMax + 5; ++index) {
      const next = named(String(index));
      history = record(history, now, next, 0);
      now = next;
    }
    expect(history.past).toHaveLength(stepsMax);
  });
});
