import { expect, test } from "vitest";
import { bandQuestions, bandsFor } from "./bands";

test.each([
  [[], 0.2],
  [[40], 5],
  [[10, 80], 10],
  [[1_000], 200],
])("the bands of thresholds %j are %d wide, and leave nobody out", (thresholds, width) => {
  const bands = bandsFor(thresholds);
  expect(bands).toHaveLength(12);
  expect(bands[0]).toEqual({ below: 0 });
  expect(bands[1]).toEqual({ from: 0, below: width });
  for (let index = 1; index < bands.length; ++index) {
    expect(bands[index]?.from).toBe(bands[index - 1]?.below);
  }
  expect(bands[11]?.below).toBeUndefined();
  expect(bands[11]?.from).toBeGreaterThan(Math.max(0, ...thresholds));
});

test("each band is a question about the score", () => {
  expect(bandQuestions("lead", [{ below: 0 }, { from: 0, below: 5 }, { from: 5 }])).toEqual({
    any: [
      { score: "lead", below: 0 },
      { score: "lead", at_least: 0, below: 5 },
      { score: "lead", at_least: 5 },
    ],
  });
});
