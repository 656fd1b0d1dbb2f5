import { describe, expect, test } from "vitest";
import type { Backtest, Job } from "./queries";
import {
  countOf,
  daysOf,
  percentOf,
  readPercent,
  reportOf,
  requestOf,
  sumsOf,
  usual,
} from "./request";

test.each([
  ["30", 0.3],
  ["2,5", 0.025],
  [" 4.25 % ", 0.0425],
  ["0", 0],
  ["100", 1],
  ["100.1", undefined],
  ["-1", undefined],
  ["", undefined],
  ["many", undefined],
])("%j percent is %s", (text, share) => {
  const read = readPercent(text);
  if (share === undefined) expect(read).toBeUndefined();
  else expect(read).toBeCloseTo(share);
});

describe("what is asked", () => {
  test("is a job of 90 days with what was observed", () => {
    expect(requestOf(usual)).toEqual({
      since: "90d",
      others: "as_sent",
      answersAsHappened: false,
      job: true,
    });
  });

  test("has rates only where they are given, and needs both", () => {
    const rates = { ...usual, answers: "rates" as const };
    expect(requestOf(rates)).toMatchObject({ openRate: 0.3, clickRate: 0.03 });
    expect(requestOf({ ...rates, clickRate: "lots" })).toBeUndefined();
    expect(requestOf({ ...usual, clickRate: "lots" })).toBeDefined();
    expect(requestOf({ ...usual, answers: "happened" })?.answersAsHappened).toBe(true);
  });
});

const step = { passed: 0, waiting: 0, sent: 0, opened: 0, clicked: 0, held: [], skipped: [] };
const report = {
  since: "2026-11-01T10:00:00.000Z",
  until: "2026-11-04T10:00:00.000Z",
  days: [{ day: "2026-11-03", entered: 4, sent: 3 }],
  ended: [{ outcome: "goal", count: 7 }],
  steps: [
    { ...step, id: "a", held: [{ reason: "quiet_hours", count: 2 }] },
    {
      ...step,
      id: "b",
      held: [
        { reason: "frequency_cap", count: 9 },
        { reason: "quiet_hours", count: 1 },
      ],
    },
  ],
} as unknown as Backtest;

describe("a report", () => {
  test("has every day of its window", () => {
    expect(daysOf(report).map(({ day, entered }) => [day, entered])).toEqual([
      ["2026-11-01", 0],
      ["2026-11-02", 0],
      ["2026-11-03", 4],
      ["2026-11-04", 0],
    ]);
  });

  test("sums reasons over its steps, the most frequent first", () => {
    expect(sumsOf(report, "held")).toEqual([
      { reason: "frequency_cap", count: 9 },
      { reason: "quiet_hours", count: 3 },
    ]);
    expect(sumsOf(report, "skipped")).toEqual([]);
  });

  test("counts nothing for an outcome that did not come", () => {
    expect(countOf(report, "goal")).toBe(7);
    expect(countOf(report, "exited")).toBe(0);
  });
});

describe("a job", () => {
  const job = { state: "running", total: 1000, done: 250, result: null } as unknown as Job;

  test("tells how far it is once that is known", () => {
    expect(percentOf(job)).toBe(25);
    expect(percentOf({ ...job, total: null })).toBeUndefined();
  });

  test("has a report only when it is done", () => {
    const result = report as unknown as Job["result"];
    expect(reportOf({ ...job, state: "done", result })).toBe(report);
    expect(reportOf({ ...job, result })).toBeUndefined();
    expect(reportOf({ ...job, state: "done", result: {} })).toBeUndefined();
  });
});
