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

/** What a campaign's recipients did with their message. */
export const campaignAnswers = [
  "opened",
  "machine_opened",
  "clicked",
  "bounced",
  "complained",
  "unsubscribed",
  "converted",
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

export const companySorts = ["score", "contacts", "name"] as const;

export const companyMeasures = ["sum", "average", "highest"] as const;

/** As an experiment's own page says them. */
export const testStates = ["collecting", "decided", "declared", "undecided", "counting"] as const;

export const definitionKinds = [
  "workspace",
  "segment",
  "list",
  "score",
  "grade",
  "journey",
  "campaign",
  "template",
  "brand",
  "block",
  "asset",
  "catalog",
  "topic",
  "form",
] as const;

/** As a person looks for campaigns: a state of the API belongs to one of them. */
export const campaignGroups = ["drafts", "planned", "underway", "over"] as const;

export type CampaignGroup = (typeof campaignGroups)[number];

export const definitionShows = ["set_aside", "archived"] as const;

export type JourneyView = (typeof journeyViews)[number];

export interface ContactFilter {
  q?: string;
  segment?: string;
  list?: string;
  /** JSON of a condition, or text. */
  where?: string;
  /** Columns, comma-separated; absent: the usual ones. */
  cols?: string;
}

export interface CompanyFilter {
  q?: string;
  sort?: (typeof companySorts)[number];
  score?: string;
  measure?: (typeof companyMeasures)[number];
}

export interface TestFilter {
  q?: string;
  state?: (typeof testStates)[number];
}

export interface DefinitionFilter {
  q?: string;
  kind?: (typeof definitionKinds)[number];
  show?: (typeof definitionShows)[number];
}

export interface RunFilter {
  step?: string;
  state?: (typeof journeyStates)[number];
}

export const jobKinds = ["import", "export", "undo", "bulk", "snapshot", "backtest"] as const;

export type JobKind = (typeof jobKinds)[number];

/** What is asked about a contact; `message` is the key of a template, or of a message. */
export const whyKinds = ["journey", "campaign", "message", "segment"] as const;

export interface WhyFilter {
  /** Of which kind the question is to be, before it is asked. */
  ask?: (typeof whyKinds)[number];
  journey?: string;
  step?: string;
  campaign?: string;
  message?: string;
  segment?: string;
}

export interface CampaignFilter {
  q?: string;
  state?: CampaignGroup;
}

export interface RecipientFilter {
  status?: (typeof messageStatuses)[number];
  answer?: (typeof campaignAnswers)[number];
  arm?: string;
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

/** What the audit log is filtered by: the part of an action before its dot. */
export const auditActions = [
  "user",
  "session",
  "definition",
  "journey",
  "campaign",
  "sending",
  "suppression",
  "contact",
  "job",
  "sender_domain",
  "access_key",
  "invitation",
  "webhook",
] as const;
export interface AuditFilter {
  actor?: string;
  action?: (typeof auditActions)[number];
  object?: string;
}
