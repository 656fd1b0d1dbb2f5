import { expect, test } from "vitest";
import { byStep, locate } from "./problems";

const source = "kind: journey\nsteps:\n  - id: hello\n    send: {template: none}\n";
const problem = (line: number, message: string) => ({ file: "", line, code: "x", message });

test("problems are told by the step on whose line they are", () => {
  const found = byStep(
    locate(source, [problem(4, "a"), problem(3, "b"), problem(1, "c"), problem(0, "d")]),
  );
  expect([...found]).toEqual([
    ["hello", ["a", "b"]],
    ["", ["c", "d"]],
  ]);
});
