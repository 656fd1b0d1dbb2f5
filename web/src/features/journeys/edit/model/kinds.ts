import { getIn, isNode, listOf, type Node, type Path, type Step, textOf } from "./definition";

/** The members of a step that say what it does, in the order of the palette. */
export const kinds = [
  "send",
  "wait",
  "wait_for",
  "branch",
  "split",
  "update",
  "add_to_list",
  "remove_from_list",
  "score",
  "stage",
  "notify",
  "assign",
  "task",
  "deal",
  "webhook",
  "track",
  "enter",
  "leave",
  "go_to",
  "exit",
] as const;
export type Kind = (typeof kinds)[number];

/** What the step does; null where it holds nothing that is known. */
export function kindOf(step: Node): Kind | null {
  return kinds.find((kind) => kind in step) ?? null;
}

/** The icon that stands for a kind on canvas, timeline and lists alike. */
export function iconOf(kind: Kind | null): string {
  if (kind === "add_to_list" || kind === "remove_from_list") return "list";
  if (kind === "wait_for") return "wait";
  if (kind === "go_to") return "goto";
  if (kind === "deal") return "task";
  return kind ?? "event";
}

/** A list of steps within a step. */
export interface Way {
  /** Where the list stands, from the step. */
  at: Path;
  /** `arm` has a name of its own; the others are the same for every step of their kind. */
  kind: "arm" | "then" | "otherwise";
  name: string;
  percent?: number;
}

/** The lists of steps of a step, in the order in which they are drawn. */
export function waysOf(step: Node): readonly Way[] {
  const kind = kindOf(step);
  if (kind === "branch" || kind === "split") return armWays(step, kind);
  if (kind === "webhook") {
    return [
      { at: ["webhook", "then"], kind: "then", name: "" },
      { at: ["webhook", "otherwise"], kind: "otherwise", name: "" },
    ];
  }
  if (kind !== "wait_for") return [];
  const wait = step.wait_for;
  const ends = isNode(wait) && wait.at_most !== undefined;
  const otherwise: Way = { at: ["wait_for", "otherwise"], kind: "otherwise", name: "" };
  const any = isNode(wait) && Array.isArray(wait.any) ? wait.any : null;
  const ways: Way[] = any
    ? any.map((arm, index) => ({
        at: ["wait_for", "any", index, "steps"],
        kind: "arm",
        name: textOf(getIn(arm, ["name"])) || awaitedWords(arm),
      }))
    : [{ at: ["wait_for", "then"], kind: "then", name: awaitedWords(wait) }];
  return ends ? [...ways, otherwise] : ways;
}

function armWays(step: Node, kind: "branch" | "split"): readonly Way[] {
  const body = step[kind];
  const arms = listOf(getIn(body, ["arms"]));
  const percents = arms.map((arm) => Number(getIn(arm, ["percent"]) ?? 0));
  const ways: Way[] = arms.map((arm, index) => ({
    at: [kind, "arms", index, "steps"],
    kind: "arm",
    name: textOf(getIn(arm, ["name"])),
    ...(kind === "split" ? { percent: percents[index]! } : {}),
  }));
  const rest = 100 - percents.reduce((sum, percent) => sum + percent, 0);
  const keepsRest = kind === "branch" || rest > 0;
  const hasRest = listOf(getIn(body, ["otherwise"])).length > 0;
  if (!keepsRest && !hasRest) return ways;
  const otherwise: Way = { at: [kind, "otherwise"], kind: "otherwise", name: "" };
  return [...ways, kind === "split" ? { ...otherwise, percent: Math.max(0, rest) } : otherwise];
}

/** What a wait looks out for, short: an event's name, `clicked hello`, or a condition. */
export function awaitedWords(value: unknown): string {
  if (!isNode(value)) return "";
  for (const answer of ["clicked", "opened", "bounced"]) {
    if (value[answer] !== undefined) return `${answer} ${textOf(value[answer])}`;
  }
  if (value.event !== undefined) return textOf(value.event);
  return typeof value.when === "string" ? value.when : value.when === undefined ? "" : "…";
}

/** Steps that a run does not pass on from into what follows. */
export const isEnd = (step: Node): boolean => kindOf(step) === "exit";

/** A new step of a kind with what it needs to be filled in. */
export function newStep(kind: Kind, id: string): Step {
  return { id, ...structuredClone(blanks[kind]) };
}

const blanks: Record<Kind, Node> = {
  send: { send: { template: "" } },
  wait: { wait: "1 day" },
  wait_for: { wait_for: { event: "", at_most: "3 days" } },
  branch: { branch: { arms: [{ name: "A", when: "" }] } },
  split: {
    split: {
      arms: [
        { name: "A", percent: 50 },
        { name: "B", percent: 50 },
      ],
    },
  },
  update: { update: {} },
  add_to_list: { add_to_list: "" },
  remove_from_list: { remove_from_list: "" },
  score: { score: { score: "", points: 10 } },
  stage: { stage: "" },
  notify: { notify: { user: "", text: "" } },
  assign: { assign: "" },
  task: { task: { title: "" } },
  deal: { deal: { name: "", pipeline: "", stage: "" } },
  webhook: { webhook: { url: "https://" } },
  track: { track: { event: "" } },
  enter: { enter: "" },
  leave: { leave: "" },
  go_to: { go_to: { step: "", at_most: 10 } },
  exit: { exit: "done" },
};
