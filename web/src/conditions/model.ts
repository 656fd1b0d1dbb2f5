/** A condition in the form of definition files; text is a part in the language of segments. */
export type Question = Record<string, unknown>;
export type Condition = Question | string;

export const groupKinds = ["all", "any", "none"] as const;
export type GroupKind = (typeof groupKinds)[number];

export interface Group {
  kind: GroupKind;
  parts: Condition[];
}

export const questionKinds = [
  "attribute",
  "did",
  "first",
  "last",
  "sequence",
  "segment",
  "list",
  "score",
  "grade",
  "reachable",
  "consent",
  "random",
] as const;
export type QuestionKind = (typeof questionKinds)[number];

/** Groups within groups that the form shows; what lies deeper is a row of text. */
export const depthMax = 3;

const isObject = (value: unknown): value is Question =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isPart = (value: unknown): value is Condition => typeof value === "string" || isObject(value);

function partsOf(value: unknown): Condition[] | null {
  return Array.isArray(value) && value.every(isPart) ? value : null;
}

/** The group that a condition is; null where it is a question, or what the form does not know. */
export function groupOf(condition: Condition): Group | null {
  if (typeof condition === "string") return null;
  const [member, ...more] = Object.keys(condition);
  if (more.length > 0) return null;
  if (member === "all" || member === "any") {
    const parts = partsOf(condition[member]);
    return parts && { kind: member, parts };
  }
  const inner = condition.not;
  if (member !== "not" || !isObject(inner)) return null;
  const group = groupOf(inner);
  return group?.kind === "any" ? { kind: "none", parts: group.parts } : null;
}

export function fromGroup({ kind, parts }: Group): Question {
  return kind === "none" ? { not: { any: parts } } : { [kind]: parts };
}

/** The outermost group; a condition that is none is its only part. */
export function rootOf(condition: Condition | null): Group {
  if (condition === null || condition === "") return { kind: "all", parts: [] };
  return groupOf(condition) ?? { kind: "all", parts: [condition] };
}

/** The same condition with a group at its root: what rows and paths are counted by. */
export function rooted(condition: Condition | null): Question {
  return fromGroup(rootOf(condition));
}

/** Where the server says that a part of a group stands. */
export function partPath(path: string, kind: GroupKind, index: number): string {
  return kind === "none" ? `${path}.not.any[${index}]` : `${path}.${kind}[${index}]`;
}

/** A row: a question, or its opposite. */
export interface Row {
  negated: boolean;
  question: Condition;
}

export function rowOf(part: Condition): Row {
  if (typeof part === "string") return { negated: false, question: part };
  const inner = part.not;
  return Object.keys(part).length === 1 && isPart(inner)
    ? { negated: true, question: inner }
    : { negated: false, question: part };
}

export function fromRow({ negated, question }: Row): Condition {
  return negated ? { not: question } : question;
}

const windowMembers = ["within", "since", "until"];
const measureMembers = ["sum", "average", "minimum", "maximum", "distinct"];
const comparisonMembers = ["at_least", "at_most", "exactly", "more_than", "less_than", "between"];
const matchMembers = ["event", "where"];

/** The members that the form of each kind shows, within the kind's own member where it has one. */
const shown: Record<QuestionKind, { inner: boolean; members: string[] }> = {
  attribute: { inner: false, members: [] },
  did: {
    inner: true,
    members: [...matchMembers, ...measureMembers, ...comparisonMembers, ...windowMembers],
  },
  first: { inner: true, members: [...matchMembers, ...windowMembers, "longer_ago"] },
  last: { inner: true, members: [...matchMembers, ...windowMembers, "longer_ago"] },
  sequence: { inner: true, members: ["stages", ...windowMembers] },
  segment: { inner: false, members: ["segment"] },
  list: { inner: false, members: ["list"] },
  score: { inner: false, members: ["score", "at_least", "below", "threshold"] },
  grade: { inner: false, members: ["grade", "is", "one_of"] },
  reachable: { inner: true, members: ["channel", "topic"] },
  consent: { inner: true, members: ["channel", "topic", "is"] },
  random: { inner: false, members: ["random", "seed"] },
};

/** The kind of a question whose every member has its place in the form; else null: it is shown as text. */
export function kindOf(question: Condition): QuestionKind | null {
  if (typeof question === "string") return null;
  const kind = questionKinds.find((each) => each in question);
  if (kind === undefined) return null;
  if (kind === "attribute") return Object.keys(question).length === 2 ? kind : null;
  const { inner, members } = shown[kind];
  if (inner && Object.keys(question).length !== 1) return null;
  const asked = inner ? question[kind] : question;
  if (!isObject(asked)) return null;
  return Object.keys(asked).every((member) => members.includes(member)) ? kind : null;
}

/** What `did`, `first` and the like hold. */
export function innerOf(question: Question, kind: QuestionKind): Question {
  const inner = question[kind];
  return isObject(inner) ? inner : {};
}

/** A question of a kind as it is when it is added. */
export function newQuestion(kind: QuestionKind): Question {
  switch (kind) {
    case "attribute":
      return { attribute: "", is: "" };
    case "did":
      return { did: { event: "", at_least: 1, within: "30d" } };
    case "first":
    case "last":
      return { [kind]: { event: "", within: "30d" } };
    case "sequence":
      return { sequence: { stages: [{ event: "" }, { event: "", within: "1d" }], within: "30d" } };
    case "segment":
      return { segment: "" };
    case "list":
      return { list: "" };
    case "score":
      return { score: "", at_least: 1 };
    case "grade":
      return { grade: "", one_of: [] };
    case "reachable":
      return { reachable: { channel: "email" } };
    case "consent":
      return { consent: { channel: "email", is: "opted_in" } };
    case "random":
      return { random: 10 };
  }
}

/** The question with these members changed; undefined takes a member away. */
export function withMembers(question: Question, change: Question): Question {
  const next = { ...question, ...change };
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined));
}

export function replaced<T>(items: readonly T[], index: number, item: T): T[] {
  return items.map((each, at) => (at === index ? item : each));
}

export function without<T>(items: readonly T[], index: number): T[] {
  return items.filter((_, at) => at !== index);
}
