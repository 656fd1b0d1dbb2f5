import { describe, expect, test } from "vitest";
import { type Condition, conditionSentence } from "./sentences";

const leaf: [Condition, string][] = [
  [
    { kind: "attribute", attribute: "industry", operator: "equals", value: "retail" },
    "“industry” is retail",
  ],
  [
    { kind: "attribute", attribute: "plan", operator: "one_of", value: ["pro", "team", "max"] },
    "“plan” is one of pro, team or max",
  ],
  [
    { kind: "attribute", attribute: "seats", operator: "between", value: [5, 20] },
    "“seats” is between 5 and 20",
  ],
  [{ kind: "attribute", attribute: "email", operator: "exists" }, "“email” is set"],
  [
    { kind: "attribute", attribute: "customer", operator: "equals", value: false },
    "“customer” is no",
  ],
  [{ kind: "event", event: "Order Completed" }, "Did “Order Completed”"],
  [
    {
      kind: "event",
      event: "Page Viewed",
      operator: "at_least",
      count: 2,
      within: "7 days",
      where: [{ property: "path", operator: "equals", value: "/pricing" }],
    },
    "Did “Page Viewed” at least 2 times where path is /pricing in the last 7 days",
  ],
  [
    { kind: "event", event: "Order Completed", operator: "never" },
    "Did not do “Order Completed”, ever",
  ],
  [
    { kind: "event", event: "Signed In", operator: "exactly", count: 0, within: "14 days" },
    "Did not do “Signed In” in the last 14 days",
  ],
  [
    { kind: "event", event: "Signed In", operator: "at_most", count: 1 },
    "Did “Signed In” at most 1 time",
  ],
  [
    {
      kind: "event",
      event: "Order Completed",
      aggregate: "sum",
      property: "revenue",
      operator: "greater_than",
      value: 500,
      within: "90 days",
    },
    "The sum of revenue over “Order Completed” in the last 90 days is more than 500",
  ],
  [
    { kind: "message", operator: "clicked", template: "case-study", within: "3 days" },
    "Clicked in “case-study” in the last 3 days",
  ],
  [
    { kind: "score", score: "lead", operator: "at_least", value: 50 },
    "Score “lead” is at least 50",
  ],
  [
    { kind: "score", score: "lead", operator: "reached", value: "hot" },
    "Score “lead” has reached hot",
  ],
  [{ kind: "segment", operator: "not_in", segment: "customers" }, "Is not in segment “customers”"],
  [
    { kind: "consent", operator: "subscribed", channel: "email", topic: "news" },
    "Is subscribed to email for “news”",
  ],
];

describe("conditions in plain words", () => {
  test.each(leaf)("%j", (condition, text) => {
    expect(conditionSentence(condition).text).toBe(text);
  });

  test("groups nest, and a group of one is its member", () => {
    const first: Condition = { kind: "event", event: "A" };
    const second: Condition = { kind: "event", event: "B" };
    const sentence = conditionSentence({
      kind: "all",
      conditions: [
        { kind: "any", conditions: [first] },
        { kind: "none", conditions: [second] },
      ],
    });
    expect(sentence).toEqual({
      text: "All of these",
      children: [
        { text: "Did “A”", children: [] },
        { text: "None of these", children: [{ text: "Did “B”", children: [] }] },
      ],
    });
  });

  test("a negative test says that missing data pass it", () => {
    const negative: Condition = {
      kind: "attribute",
      attribute: "country",
      operator: "not_equals",
      value: "FR",
    };
    expect(conditionSentence(negative).note).toBe("also true when it is missing");
    expect(conditionSentence({ ...negative, operator: "equals" }).note).toBeUndefined();
  });

  test("a kind of a later version is shown as it stands", () => {
    const sentence = conditionSentence({ kind: "lunar", phase: "full" });
    expect(sentence.text).toContain("lunar");
    expect(sentence.raw).toContain('"phase": "full"');
  });
});
