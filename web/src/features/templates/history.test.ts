import { expect, test } from "vitest";
import { begin, push, redo, stepsMax, undo } from "./history";

test("each change is a step back and forth", () => {
  const history = push(push(begin("a"), "b", 0), "c", 1);
  expect(undo(history).present).toBe("b");
  expect(undo(undo(undo(history))).present).toBe("a");
  expect(redo(undo(history)).present).toBe("c");
  expect(redo(history).present).toBe("c");
});

test("typing is one step, until something else or a while comes between", () => {
  let history = push(begin(""), "h", 0, "text");
  history = push(history, "hi", 500, "text");
  expect(undo(history).present).toBe("");
  history = push(history, "hi you", 9_000, "text");
  expect(undo(history).present).toBe("hi");
  history = push(history, "other", 9_100, "color");
  expect(undo(history).present).toBe("hi you");
});

test("a change after undo ends what was undone", () => {
  const history = push(undo(push(begin("a"), "b", 0)), "c", 1);
  expect(redo(history).present).toBe("c");
});

test("the oldest steps are let go", () => {
  let history = begin(0);
  for (let step = 1; step <= stepsMax + 50; ++step) history = push(history, step, step);
  expect(history.past).toHaveLength(stepsMax);
});
