import type { Question } from "./model";
import { withMembers } from "./model";

/** The time that a question about behaviour looks at. */
export const windowKinds = ["ever", "last", "since", "until", "between", "longer_ago"] as const;
export type WindowKind = (typeof windowKinds)[number];

export function windowKindOf(question: Question): WindowKind {
  if (question.longer_ago !== undefined) return "longer_ago";
  if (question.within !== undefined) return "last";
  if (question.since !== undefined) return question.until === undefined ? "since" : "between";
  return question.until === undefined ? "ever" : "until";
}

/** Of these every other member of a window is taken away. */
export function withWindow(question: Question, kind: WindowKind, today: string): Question {
  const { within, longer_ago: longerAgo, since, until } = question;
  const none = { within: undefined, longer_ago: undefined, since: undefined, until: undefined };
  switch (kind) {
    case "ever":
      return withMembers(question, none);
    case "last":
      return withMembers(question, { ...none, within: within ?? longerAgo ?? "30d" });
    case "longer_ago":
      return withMembers(question, { ...none, longer_ago: longerAgo ?? within ?? "30d" });
    case "since":
      return withMembers(question, { ...none, since: since ?? today });
    case "until":
      return withMembers(question, { ...none, until: until ?? today });
    case "between":
      return withMembers(question, { ...none, since: since ?? today, until: until ?? today });
  }
}
