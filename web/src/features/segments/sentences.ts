import type { Schemas } from "@/api/client";

export type Condition = Schemas["Condition"];

/** A condition as a reader sees it: a sentence, or a heading over sentences. */
export interface Sentence {
  text: string;
  /** What is true of a contact whose data are missing, where it surprises. */
  note?: string;
  children: Sentence[];
  /** Shown as it stands, when this reader is older than the condition. */
  raw?: string;
}

const headings: Record<string, string> = {
  all: "All of these",
  any: "At least one of these",
  none: "None of these",
  not: "Not this",
};

const comparisons: Record<string, string> = {
  equals: "is",
  not_equals: "is not",
  one_of: "is one of",
  none_of: "is none of",
  contains: "contains",
  not_contains: "does not contain",
  starts_with: "starts with",
  ends_with: "ends with",
  matches: "matches",
  greater_than: "is more than",
  at_least: "is at least",
  less_than: "is less than",
  at_most: "is at most",
  before: "is before",
  after: "is after",
  reached: "has reached",
  within_last: "is within the last",
  within_next: "is within the next",
};

const aggregates: Record<string, string> = {
  sum: "sum",
  average: "average",
  minimum: "smallest",
  maximum: "largest",
  distinct: "number of different values",
};

const engagement: Record<string, string> = {
  sent: "was sent",
  delivered: "received",
  opened: "opened",
  clicked: "clicked in",
  replied: "replied to",
  bounced: "bounced on",
  not_opened: "did not open",
  not_clicked: "did not click in",
};

const consent: Record<string, string> = {
  subscribed: "is subscribed to",
  not_subscribed: "is not subscribed to",
  reachable: "can be reached by",
  not_reachable: "cannot be reached by",
};

export function conditionSentence(condition: Condition): Sentence {
  const group = headings[condition.kind];
  if (group !== undefined) {
    const parts = condition.conditions ?? [];
    const only = parts.length === 1 ? parts[0] : undefined;
    if (only && (condition.kind === "all" || condition.kind === "any")) {
      return conditionSentence(only);
    }
    return { text: group, children: parts.map(conditionSentence) };
  }
  if (condition.kind === "sequence") {
    return {
      text: `In this order${within(condition.within, ", each within", " of the one before")}`,
      children: (condition.conditions ?? []).map(conditionSentence),
    };
  }
  const text = leafText(condition);
  if (text === undefined) {
    return {
      text: `A condition of the kind “${condition.kind}”`,
      children: [],
      raw: JSON.stringify(condition, null, 2),
    };
  }
  const sentence: Sentence = { text, children: [] };
  if (condition.kind === "attribute" && /^(not_|none_of)/.test(condition.operator ?? "")) {
    if (condition.operator !== "not_exists") sentence.note = "also true when it is missing";
  }
  return sentence;
}

function leafText(condition: Condition): string | undefined {
  switch (condition.kind) {
    case "attribute":
      return `${quote(condition.attribute)} ${comparison(condition.operator, condition.value)}`;
    case "event":
      return eventText(condition);
    case "message":
      return messageText(condition);
    case "score":
      return `Score ${quote(condition.score)} ${comparison(condition.operator, condition.value)}`;
    case "segment":
      return `Is ${condition.operator === "not_in" ? "not " : ""}in segment ${quote(condition.segment)}`;
    case "consent": {
      const verb = consent[condition.operator ?? ""] ?? condition.operator ?? "";
      const topic = condition.topic ? ` for ${quote(condition.topic)}` : "";
      return capital(`${verb} ${condition.channel ?? "every channel"}${topic}`);
    }
    case "share":
      return `Is in a fixed random ${valueText(condition.value)} % of contacts`;
    default:
      return undefined;
  }
}

function eventText(condition: Condition): string {
  const event = quote(condition.event);
  const where = (condition.where ?? [])
    .map((test) => `${test.property} ${comparison(test.operator, test.value)}`)
    .join(" and ");
  const filter = where === "" ? "" : ` where ${where}`;
  const window = within(condition.within, " in the last", "");
  if (condition.aggregate) {
    const what = aggregates[condition.aggregate] ?? condition.aggregate;
    const test = comparison(condition.operator, condition.value);
    return `The ${what} of ${condition.property ?? "?"} over ${event}${filter}${window} ${test}`;
  }
  const count = condition.count ?? 1;
  if (condition.operator === "never" || (condition.operator !== "at_least" && count === 0)) {
    return `Did not do ${event}${filter}${window === "" ? ", ever" : window}`;
  }
  const plain = condition.operator === undefined || condition.operator === "at_least";
  if (plain && count <= 1) return `Did ${event}${filter}${window}`;
  const bound =
    condition.operator === "at_most"
      ? "at most "
      : condition.operator === "exactly"
        ? "exactly "
        : "at least ";
  return `Did ${event} ${bound}${count} ${count === 1 ? "time" : "times"}${filter}${window}`;
}

function messageText(condition: Condition): string {
  const verb = engagement[condition.operator ?? ""] ?? condition.operator ?? "";
  const what = condition.template ? quote(condition.template) : "a message";
  const from = condition.journey ? ` of journey ${quote(condition.journey)}` : "";
  return capital(`${verb} ${what}${from}${within(condition.within, " in the last", "")}`);
}

function comparison(operator: string | undefined, value: unknown): string {
  if (operator === "exists") return "is set";
  if (operator === "not_exists") return "is missing";
  if (operator === "anniversary") return "has its anniversary today";
  if (operator === "between" && Array.isArray(value)) {
    return `is between ${valueText(value[0])} and ${valueText(value[1])}`;
  }
  const verb = comparisons[operator ?? ""] ?? (operator ?? "is").replaceAll("_", " ");
  return `${verb} ${valueText(value)}`;
}

function valueText(value: unknown): string {
  if (value === true) return "yes";
  if (value === false) return "no";
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) {
    const parts = value.map(valueText);
    return parts.length < 2
      ? parts.join("")
      : `${parts.slice(0, -1).join(", ")} or ${parts[parts.length - 1]}`;
  }
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

function within(duration: string | null | undefined, before: string, after: string): string {
  return duration ? `${before} ${duration}${after}` : "";
}

function quote(name: string | null | undefined): string {
  return name ? `“${name}”` : "?";
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
