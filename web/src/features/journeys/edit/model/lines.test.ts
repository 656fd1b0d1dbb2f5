import { expect, test } from "vitest";
import { stepOfLine } from "./lines";

const source = `kind: journey
trigger: {event: A}
steps:
  - id: answer
    wait_for:
      event: B
      then:
        - id: inner
          exit: x
      at_most: 1d
  - {id: last, wait: 1d}
goal:
  event: C
`;

test.each([
  [1, null],
  [2, null],
  [4, "answer"],
  [6, "answer"],
  [8, "inner"],
  [9, "inner"],
  [10, "answer"],
  [11, "last"],
  [12, null],
  [13, null],
  [99, null],
])("line %d belongs to %s", (line, step) => {
  expect(stepOfLine(source, line)).toBe(step);
});
