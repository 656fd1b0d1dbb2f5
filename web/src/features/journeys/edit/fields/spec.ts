import type { ChoiceKind } from "../choices";
import type { Path } from "../model/definition";
import type { Kind } from "../model/kinds";

/** One field of a form: where its value stands in the definition, and what may stand there. */
export type Field = {
  /** From the step, or from the journey. */
  at: Path;
  /** Key of its label among `editor.fields`. */
  label: string;
  /** An empty one stays in the definition, so that the server says what is missing. */
  required?: boolean;
} & (
  | { kind: "text" | "long" | "duration" | "number" | "flag" | "pairs" | "texts" }
  | { kind: "condition" | "wait" | "where" | "data" }
  | { kind: "choice"; options: readonly string[]; none: string }
  | { kind: "pick"; of: ChoiceKind }
  | { kind: "step"; sends: boolean }
);

const when = (at: Path, label: string, none: string): Field => ({
  at,
  label,
  kind: "choice",
  options: ["wait", "skip", "exit"],
  none,
});

/** How messages are held, of one step or of all of a journey. */
export const handling = (at: Path, none: string): Field[] => [
  when([...at, "when_quiet"], "whenQuiet", none),
  when([...at, "when_capped"], "whenCapped", none),
  { at: [...at, "expires_after"], label: "expiresAfter", kind: "duration" },
  { at: [...at, "priority"], label: "priority", kind: "number" },
];

const required = true;

/** The fields of each kind of step; its paths have forms of their own. */
export const fieldsOf: Record<Kind, Field[]> = {
  send: [
    { at: ["send", "template"], label: "template", kind: "pick", of: "template", required },
    { at: ["send", "topic"], label: "topic", kind: "pick", of: "topic" },
    {
      at: ["send", "class"],
      label: "class",
      kind: "choice",
      options: ["transactional"],
      none: "marketing",
    },
    ...handling(["send"], "asJourney"),
  ],
  wait: [{ at: ["wait"], label: "wait", kind: "wait", required }],
  wait_for: [{ at: ["wait_for", "at_most"], label: "atMost", kind: "wait" }],
  branch: [],
  split: [
    { at: ["split", "seed"], label: "seed", kind: "text" },
    { at: ["split", "winner"], label: "winner", kind: "text" },
  ],
  update: [{ at: ["update"], label: "attributes", kind: "pairs", required }],
  add_to_list: [{ at: ["add_to_list"], label: "list", kind: "pick", of: "list", required }],
  remove_from_list: [
    { at: ["remove_from_list"], label: "list", kind: "pick", of: "list", required },
  ],
  score: [
    { at: ["score", "score"], label: "score", kind: "pick", of: "score", required },
    { at: ["score", "points"], label: "points", kind: "number", required },
    { at: ["score", "reason"], label: "reason", kind: "text" },
  ],
  stage: [{ at: ["stage"], label: "stage", kind: "text", required }],
  notify: [
    { at: ["notify", "user"], label: "user", kind: "text", required },
    { at: ["notify", "text"], label: "text", kind: "long", required },
  ],
  assign: [
    { at: ["assign", "one_of"], label: "owners", kind: "texts", required },
    { at: ["assign", "replace"], label: "replace", kind: "flag" },
  ],
  task: [
    { at: ["task", "title"], label: "title", kind: "long", required },
    { at: ["task", "owner"], label: "owner", kind: "text" },
    { at: ["task", "due_in"], label: "dueIn", kind: "duration" },
  ],
  deal: [
    { at: ["deal", "name"], label: "dealName", kind: "text", required },
    { at: ["deal", "pipeline"], label: "pipeline", kind: "text", required },
    { at: ["deal", "stage"], label: "stage", kind: "text", required },
    { at: ["deal", "amount"], label: "amount", kind: "text" },
  ],
  webhook: [
    { at: ["webhook", "url"], label: "url", kind: "text", required },
    {
      at: ["webhook", "method"],
      label: "method",
      kind: "choice",
      options: ["GET", "PUT", "PATCH", "DELETE"],
      none: "post",
    },
    { at: ["webhook", "headers"], label: "headers", kind: "pairs" },
    { at: ["webhook", "body"], label: "body", kind: "data" },
    { at: ["webhook", "timeout"], label: "timeout", kind: "duration" },
    { at: ["webhook", "attempts"], label: "attempts", kind: "number" },
    { at: ["webhook", "save_as"], label: "saveAs", kind: "text" },
  ],
  track: [
    { at: ["track", "event"], label: "event", kind: "text", required },
    { at: ["track", "properties"], label: "properties", kind: "pairs" },
  ],
  enter: [{ at: ["enter"], label: "journey", kind: "pick", of: "journey", required }],
  leave: [{ at: ["leave"], label: "journey", kind: "pick", of: "journey", required }],
  go_to: [
    { at: ["go_to", "step"], label: "step", kind: "step", sends: false, required },
    { at: ["go_to", "at_most"], label: "times", kind: "number" },
  ],
  exit: [{ at: ["exit"], label: "exitReason", kind: "text", required }],
};
