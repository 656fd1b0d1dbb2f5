import { describe, expect, test } from "vitest";
import { answersByPath, unfinishedIn } from "./findings";
import {
  fromGroup,
  fromRow,
  groupOf,
  kindOf,
  newQuestion,
  partPath,
  questionKinds,
  rooted,
  rootOf,
  rowOf,
} from "./model";
import { operandFor, parseValue, readFilter, writeFilter } from "./operators";
import { formatSpan, parseSpan } from "./spans";
import { windowKindOf, withWindow } from "./windows";

const plan = { attribute: "plan", is: "pro" };

describe("groups", () => {
  test.each([
    [{ all: [plan] }, "all"],
    [{ any: [plan, "everybody"] }, "any"],
    [{ not: { any: [plan] } }, "none"],
  ])("%j is one of kind %s, and is written as it was", (condition, kind) => {
    const group = groupOf(condition);
    expect(group?.kind).toBe(kind);
    expect(group && fromGroup(group)).toEqual(condition);
  });

  test.each([[plan], ["plan is pro"], [{ not: plan }], [{ not: { all: [plan] } }], [{ all: 5 }]])(
    "%j is none",
    (condition) => expect(groupOf(condition as never)).toBeNull(),
  );

  test("a question alone is the only part of all", () => {
    expect(rootOf(plan)).toEqual({ kind: "all", parts: [plan] });
    expect(rooted(null)).toEqual({ all: [] });
    expect(rooted({ any: [plan] })).toEqual({ any: [plan] });
  });
});

describe("rows", () => {
  test.each([[plan], [{ not: plan }], ["plan is pro"], [{ not: "plan is pro" }]])(
    "%j is written as it was read",
    (part) => expect(fromRow(rowOf(part))).toEqual(part),
  );

  test.each(questionKinds)("a new question about %s has a form", (kind) => {
    expect(kindOf(newQuestion(kind))).toBe(kind);
  });

  test.each([
    [{ did: { event: "a", at_least: 1, within: "7d" } }, "did"],
    [{ did: { event: "a", at_least: 1, of: "later" } }, null],
    [{ did: { event: "a" }, within: "7d" }, null],
    [{ later: {} }, null],
    [{ attribute: "a", is: 1, is_not: 2 }, null],
    ["did a", null],
  ])("%j is shown by the form of %s", (question, kind) => {
    expect(kindOf(question as never)).toBe(kind);
  });
});

describe("the answers of an explanation", () => {
  const row = (kind: string, ok: boolean, rows: unknown[] = []) =>
    ({ kind, text: "", ok, value: null, changesAt: null, since: null, rows }) as never;

  test("stand where the parts of the condition do", () => {
    const condition = { all: [plan, { not: { any: [{ not: plan }] } }] };
    const answer = row("all", true, [
      row("question", true),
      row("not", false, [row("any", true, [row("not", false, [row("question", true)])])]),
    ]);
    const found = answersByPath(condition, answer);
    const inner = partPath("where.all[1]", "none", 0);
    expect(inner).toBe("where.all[1].not.any[0]");
    expect([...found].map(([path, each]) => [path, each.ok])).toEqual([
      ["where", true],
      ["where.all[0]", true],
      ["where.all[1]", false],
      [inner, false],
      [`${inner}.not`, true],
    ]);
  });
});

describe("comparisons", () => {
  test("are read and written without loss", () => {
    const filter = { attribute: "tags", not_one_of: ["a", 5] };
    const read = readFilter(filter, "attribute");
    expect(read).toEqual({ path: "tags", operator: "not_one_of", operand: ["a", 5] });
    expect(read && writeFilter(read, "attribute")).toEqual(filter);
    expect(readFilter({ attribute: "a", like: "b" }, "attribute")).toBeNull();
  });

  test.each([
    ["one_of", "pro", ["pro"]],
    ["is", ["pro", "free"], "pro"],
    ["exists", "pro", true],
    ["is", true, ""],
    ["between", "pro", [0, 10]],
    ["within_last", "pro", "7d"],
    ["within_last", "3 months", "3 months"],
    ["before", "2026-03-01", "2026-03-01"],
    ["before", "7d", "today"],
    ["anniversary", "7d", "today"],
  ] as const)("%s takes of %j the operand %j", (operator, before, after) => {
    expect(operandFor(operator, before)).toEqual(after);
  });

  test.each([
    ["5", [], 5],
    ["-1.5", ["number"], -1.5],
    ["007", [], "007"],
    ["5", ["text"], "5"],
    ["true", ["boolean"], true],
    ["true", [], "true"],
    ["99999999999999999999", [], "99999999999999999999"],
  ])("%j of an attribute of %j is %j", (text, types, value) => {
    expect(parseValue(text, types)).toBe(value);
  });
});

describe("lengths of time", () => {
  test.each([
    ["7d", "7d"],
    ["90 minutes", "90m"],
    ["1 month", "1 month"],
    ["2 calendar days", "2 calendar days"],
    ["12 years", "12 years"],
  ])("%s is written as %s", (text, written) => {
    const span = parseSpan(text);
    expect(span && formatSpan(span)).toBe(written);
  });

  test.each([["1d12h"], ["soon"], [""], [7]])("%j is none that has one unit", (text) => {
    expect(parseSpan(text)).toBeNull();
  });
});

describe("windows", () => {
  const since = { event: "a", since: "2026-01-01" };

  test("one takes the place of the other", () => {
    const last = withWindow(since, "last", "2026-03-01");
    expect(last).toEqual({ event: "a", within: "30d" });
    expect(withWindow(last, "longer_ago", "")).toEqual({ event: "a", longer_ago: "30d" });
    expect(withWindow(since, "between", "2026-03-01")).toEqual({ ...since, until: "2026-03-01" });
    expect(withWindow(since, "ever", "")).toEqual({ event: "a" });
  });

  test.each([
    [{}, "ever"],
    [{ within: "7d" }, "last"],
    [{ longer_ago: "7d" }, "longer_ago"],
    [{ until: "2026-03-01" }, "until"],
    [{ since: "2026-03-01", until: "2026-03-02" }, "between"],
  ])("%j is %s", (question, kind) => expect(windowKindOf(question)).toBe(kind));
});

describe("what is still to be filled in", () => {
  test.each([
    [{ all: [plan, { attribute: "", is: "" }] }, "where.all[1].attribute"],
    [{ not: { any: [{ did: { event: "" } }] } }, "where.not.any[0].did.event"],
    [
      { all: [{ did: { event: "a", where: [{ property: "", is: 1 }] } }] },
      "where.all[0].did.where[0].property",
    ],
    [
      { all: [{ sequence: { stages: [{ event: "a" }, { event: "" }] } }] },
      "where.all[0].sequence.stages[1].event",
    ],
    [{ any: ["plan is pro", " "] }, "where.any[1]"],
    [{ all: [{ attribute: "plan", is: "" }] }, null],
    [{ all: [] }, null],
  ])("of %j is %s", (condition, path) => expect(unfinishedIn(condition as never)).toBe(path));
});
