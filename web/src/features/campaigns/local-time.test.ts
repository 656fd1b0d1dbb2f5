import { expect, test } from "vitest";
import { instantOf, localOf, soon } from "./local-time";

// Tests run in UTC.
test("an instant and what the clock shows are the same moment", () => {
  expect(localOf("2026-03-10T08:05:00Z")).toBe("2026-03-10T08:05");
  expect(instantOf("2026-03-10T08:05")).toBe("2026-03-10T08:05:00Z");
  expect(localOf(instantOf("2026-12-31T23:59"))).toBe("2026-12-31T23:59");
});

test("what is no time is none", () => {
  expect(localOf("tomorrow")).toBe("");
  expect(instantOf("")).toBe("");
});

test("the first suggestion is nine o'clock of the next day", () => {
  expect(soon(new Date("2026-12-31T23:30:00Z"))).toBe("2027-01-01T09:00");
});
