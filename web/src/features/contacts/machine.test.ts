import { describe, expect, test } from "vitest";
import { machineReason, ownProperties, wordsWithout } from "./machine";

const hit = (properties: Record<string, unknown>, text = "Opened welcome") => ({
  name: "Email Opened",
  text,
  properties,
});

describe("opens and clicks of programs", () => {
  test.each([
    [{ machine: true, reason: "privacy_proxy" }, "privacy_proxy"],
    [{ machine: true }, "unknown"],
    [{ machine: false, reason: "privacy_proxy" }, undefined],
    [{ machine: "true" }, undefined],
    [{ template: "welcome" }, undefined],
  ])("%j has the reason %s", (properties, reason) => {
    expect(machineReason(hit(properties))).toBe(reason);
  });

  test("are no other events that say the same of themselves", () => {
    expect(machineReason({ ...hit({ machine: true }), name: "Order Completed" })).toBeUndefined();
  });

  test("the code of the reason is told in words, not in the sentence", () => {
    const entry = hit({ machine: true }, "Opened welcome, by a program: privacy_proxy");
    expect(wordsWithout(entry, "privacy_proxy")).toBe("Opened welcome");
    expect(wordsWithout(entry, undefined)).toBe(entry.text);
    expect(wordsWithout(hit({}), "head")).toBe("Opened welcome");
  });

  test("mark and reason are no properties of the mail", () => {
    const entry = hit({ machine: true, reason: "head", template: "welcome" });
    expect(ownProperties(entry, "head")).toEqual({ template: "welcome" });
    expect(ownProperties(entry, undefined)).toEqual(entry.properties);
  });
});
