/** The choices that filters in addresses may take, as the API names them. */
export const timelineKinds = [
  "event",
  "message",
  "segment",
  "score",
  "journey",
  "consent",
  "identity",
] as const;

export const messageStatuses = [
  "queued",
  "claimed",
  "committing",
  "sent",
  "retry",
  "failed",
  "skipped",
  "cancelled",
  "uncertain",
] as const;

export const journeyStates = [
  "here",
  "passed",
  "left",
  "active",
  "completed",
  "goal",
  "exited",
  "merged",
  "held_out",
] as const;

export const journeyViews = ["canvas", "outline"] as const;

export const mailViews = ["html", "text", "headers"] as const;

export type JourneyView = (typeof journeyViews)[number];

export interface ContactFilter {
  q?: string;
  segment?: string;
}

export interface RunFilter {
  step?: string;
  state?: (typeof journeyStates)[number];
}

export interface MessageFilter {
  status?: (typeof messageStatuses)[number];
  journey?: string;
  step?: string;
  contact?: string;
}

export interface MailFilter {
  to?: string;
  id?: string;
  view?: (typeof mailViews)[number];
}
