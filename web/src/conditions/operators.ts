import type { Question } from "./model";
import { withMembers } from "./model";

/** What an operator compares with. */
export type OperandKind = "value" | "list" | "pattern" | "pair" | "none" | "date" | "span";

export const operators = {
  is: "value",
  is_not: "value",
  one_of: "list",
  not_one_of: "list",
  contains: "value",
  not_contains: "value",
  starts_with: "value",
  ends_with: "value",
  matches: "pattern",
  exists: "none",
  missing: "none",
  greater: "value",
  at_least: "value",
  less: "value",
  at_most: "value",
  between: "pair",
  before: "date",
  on: "date",
  after: "date",
  within_last: "span",
  within_next: "span",
  longer_ago: "span",
  further_ahead: "span",
  anniversary: "none",
  anniversary_within_last: "span",
  anniversary_within_next: "span",
} as const satisfies Record<string, OperandKind>;

export type Operator = keyof typeof operators;
export const operatorNames = Object.keys(operators) as Operator[];

/** As the choice of operators is divided; each operator stands in one of them. */
export const operatorGroups: { name: "value" | "number" | "date"; operators: Operator[] }[] = [
  { name: "value", operators: operatorNames.slice(0, operatorNames.indexOf("greater")) },
  {
    name: "number",
    operators: operatorNames.slice(
      operatorNames.indexOf("greater"),
      operatorNames.indexOf("before"),
    ),
  },
  { name: "date", operators: operatorNames.slice(operatorNames.indexOf("before")) },
];

/** These are true where there is no value, which surprises. */
export const trueOfMissing: readonly Operator[] = ["is_not", "not_one_of", "not_contains"];

/** `{attribute: plan, is: pro}` in its parts; `subject` is `attribute` or `property`. */
export interface Filter {
  path: string;
  operator: Operator;
  operand: unknown;
}

/** Null where the form does not know it. */
export function readFilter(value: unknown, subject: string): Filter | null {
  if (typeof value !== "object" || value === null) return null;
  const filter = value as Question;
  const path = filter[subject];
  const members = Object.keys(filter).filter((member) => member !== subject);
  const operator = operatorNames.find((each) => each === members[0]);
  if (typeof path !== "string" || operator === undefined || members.length !== 1) return null;
  return { path, operator, operand: filter[operator] };
}

export function writeFilter({ path, operator, operand }: Filter, subject: string): Question {
  return withMembers({ [subject]: path }, { [operator]: operand });
}

/** What an operator compares with when it is chosen; what fits of the former operand stays. */
export function operandFor(operator: Operator, before: unknown): unknown {
  const plain = typeof before === "object" || before === undefined ? "" : before;
  switch (operators[operator]) {
    case "value":
      return Array.isArray(before) ? (before[0] ?? "") : before === true ? "" : plain;
    case "pattern":
      return typeof before === "string" ? before : "";
    case "list":
      return Array.isArray(before) ? before : plain === "" || before === true ? [] : [plain];
    case "pair":
      return Array.isArray(before) && before.length === 2 ? before : [0, 10];
    case "none":
      return operator === "anniversary" ? "today" : true;
    case "date":
      return typeof before === "string" && /^\d{4}-/.test(before) ? before : "today";
    case "span":
      return typeof before === "string" && /^\d+ ?[a-z]/.test(before) ? before : "7d";
  }
}

const numberForm = /^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$/;

/** What somebody types as a value: a number where it looks like one and nothing says that texts are meant. */
export function parseValue(text: string, types: readonly string[] = []): unknown {
  if (types.includes("boolean") && (text === "true" || text === "false")) return text === "true";
  const onlyText = types.length > 0 && !types.includes("number");
  return numberForm.test(text) && !onlyText ? Number(text) : text;
}

export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
