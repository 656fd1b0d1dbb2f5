import { describe, expect, test } from "vitest";
import { dayHeading, fullTime, relativeTime, timeOfDay } from "./format";

const now = Date.parse("2026-11-22T14:00:00.000Z");
const paris = { locale: "en", zone: "Europe/Paris" };
const tokyo = { locale: "en", zone: "Asia/Tokyo" };

describe("relative time", () => {
  test.each([
    ["2026-11-22T13:59:58.000Z", "now"],
    ["2026-11-22T13:59:20.000Z", "40 sec. ago"],
    ["2026-11-22T13:57:00.000Z", "3 min. ago"],
    ["2026-11-22T13:00:01.000Z", "59 min. ago"],
    ["2026-11-22T13:00:00.000Z", "1 hr. ago"],
    ["2026-11-21T14:00:00.000Z", "yesterday"],
    ["2026-11-19T13:00:00.000Z", "3 days ago"],
    ["2026-11-24T14:00:00.000Z", "in 2 days"],
    ["2026-11-15T14:00:00.000Z", "Nov 15"],
    ["2025-11-15T14:00:00.000Z", "Nov 15, 2025"],
    ["nonsense", ""],
  ])("%s is shown as %s", (at, text) => {
    expect(relativeTime(at, now, paris)).toBe(text);
  });

  test("the last hour of the year belongs to the year of the zone", () => {
    expect(relativeTime("2025-12-31T23:30:00.000Z", now, paris)).toBe("Jan 1");
  });
});

describe("days", () => {
  test("a day begins at midnight of the zone", () => {
    const late = "2026-11-22T15:30:00.000Z";
    expect(dayHeading(late, now, paris)).toBe("Today");
    expect(dayHeading(late, now, tokyo)).toBe("Tomorrow");
    expect(dayHeading("2026-11-21T22:59:00.000Z", now, paris)).toBe("Yesterday");
    expect(dayHeading("2026-11-21T23:00:00.000Z", now, paris)).toBe("Today");
    expect(dayHeading("2026-11-18T12:00:00.000Z", now, paris)).toBe("Wed, Nov 18");
  });

  test("midnight is 00, not 24", () => {
    expect(timeOfDay("2026-11-21T23:05:09.000Z", paris)).toBe("00:05");
    expect(timeOfDay("2026-11-21T23:05:09.000Z", paris, true)).toBe("00:05:09");
  });

  test("the whole time names its zone", () => {
    expect(fullTime("2026-11-22T13:05:09.120Z", paris)).toBe("Sun, Nov 22, 2026, 14:05:09 GMT+1");
  });
});
