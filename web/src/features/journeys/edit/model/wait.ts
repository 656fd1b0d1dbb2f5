/** A wait as its form has it (docs/reference/waits.md); what no form has stays words. */
export const units = ["minutes", "hours", "days", "weeks", "months"] as const;
export type Unit = (typeof units)[number];

export const days = [
  "any",
  "weekdays",
  "weekends",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export type Days = (typeof days)[number];

export const pasts = ["continue", "skip", "exit"] as const;
export type Past = (typeof pasts)[number];

export type Wait =
  | { form: "length"; count: number; unit: Unit }
  | { form: "time"; time: string; days: Days }
  | { form: "lengthThenTime"; count: number; unit: Unit; time: string; days: Days }
  | { form: "tomorrow"; time: string }
  | { form: "between"; from: string; to: string; days: Days }
  | { form: "date"; date: string; time: string; past: Past }
  | {
      form: "attribute";
      count: number;
      unit: Unit;
      side: "before" | "after";
      attribute: string;
      time: string;
      past: Past;
    }
  | { form: "words"; text: string };
export type WaitForm = Wait["form"];

export const waitForms: readonly WaitForm[] = [
  "length",
  "time",
  "lengthThenTime",
  "tomorrow",
  "between",
  "date",
  "attribute",
  "words",
];

/** What a form begins with. */
export const blankWaits: Record<WaitForm, Wait> = {
  length: { form: "length", count: 1, unit: "days" },
  time: { form: "time", time: "09:00", days: "weekdays" },
  lengthThenTime: {
    form: "lengthThenTime",
    count: 2,
    unit: "days",
    time: "09:00",
    days: "weekdays",
  },
  tomorrow: { form: "tomorrow", time: "09:00" },
  between: { form: "between", from: "09:00", to: "17:00", days: "weekdays" },
  date: { form: "date", date: "", time: "09:00", past: "continue" },
  attribute: {
    form: "attribute",
    count: 0,
    unit: "days",
    side: "before",
    attribute: "",
    time: "",
    past: "continue",
  },
  words: { form: "words", text: "" },
};

const onDays = (on: Days) => (on === "any" ? "" : ` on ${on}`);
const ifPast = (past: Past) => (past === "continue" ? "" : `, if past: ${past}`);
const length = (count: number, unit: Unit) =>
  count === 1 ? `1 ${unit.slice(0, -1)}` : `${count} ${unit}`;
const quoted = (name: string) => (/^[\w.]+$/.test(name) ? name : JSON.stringify(name));

export function writeWait(wait: Wait): string {
  switch (wait.form) {
    case "length":
      return length(wait.count, wait.unit);
    case "time":
      return `until ${wait.time}${onDays(wait.days)}`;
    case "lengthThenTime":
      return `${length(wait.count, wait.unit)} then until ${wait.time}${onDays(wait.days)}`;
    case "tomorrow":
      return `until tomorrow at ${wait.time}`;
    case "between":
      return `between ${wait.from} and ${wait.to}${onDays(wait.days)}`;
    case "date":
      return `until ${wait.date}${wait.time ? ` at ${wait.time}` : ""}${ifPast(wait.past)}`;
    case "attribute": {
      const offset = wait.count > 0 ? `${length(wait.count, wait.unit)} ${wait.side} ` : "";
      const time = wait.time ? ` at ${wait.time}` : "";
      return `until ${offset}attribute ${quoted(wait.attribute)}${time}${ifPast(wait.past)}`;
    }
    case "words":
      return wait.text;
  }
}

const short: Record<string, Unit> = { m: "minutes", h: "hours", d: "days", w: "weeks" };
const lengthText = "(\\d+) ?(minutes?|hours?|days?|weeks?|months?|m|h|d|w)";
const timeText = "(\\d{2}:\\d{2})";
const daysText = `(?: on (${days.slice(1).join("|")}))?`;
const pastText = "(?:, if past: (continue|skip|exit))?";

const unitOf = (text: string): Unit =>
  short[text] ?? units.find((unit) => unit.startsWith(text.replace(/s$/, ""))) ?? "days";
const daysOf = (text: string | undefined): Days => days.find((each) => each === text) ?? "any";
const pastOf = (text: string | undefined): Past =>
  pasts.find((each) => each === text) ?? "continue";

const readers: [RegExp, (parts: (string | undefined)[]) => Wait][] = [
  [
    new RegExp(`^${lengthText}$`),
    ([, count, unit]) => ({ form: "length", count: Number(count), unit: unitOf(unit!) }),
  ],
  [
    new RegExp(`^until ${timeText}${daysText}$`),
    ([, time, on]) => ({ form: "time", time: time!, days: daysOf(on) }),
  ],
  [
    new RegExp(`^${lengthText} then until ${timeText}${daysText}$`),
    ([, count, unit, time, on]) => ({
      form: "lengthThenTime",
      count: Number(count),
      unit: unitOf(unit!),
      time: time!,
      days: daysOf(on),
    }),
  ],
  [
    new RegExp(`^until tomorrow at ${timeText}$`),
    ([, time]) => ({ form: "tomorrow", time: time! }),
  ],
  [
    new RegExp(`^between ${timeText} and ${timeText}${daysText}$`),
    ([, from, to, on]) => ({ form: "between", from: from!, to: to!, days: daysOf(on) }),
  ],
  [
    new RegExp(`^until (\\d{4}-\\d{2}-\\d{2})(?: at ${timeText})?${pastText}$`),
    ([, date, time, past]) => ({
      form: "date",
      date: date!,
      time: time ?? "",
      past: pastOf(past),
    }),
  ],
  [
    new RegExp(
      `^until (?:${lengthText} (before|after) )?attribute ("[^"\\\\]+"|[\\w.]+)(?: at ${timeText})?${pastText}$`,
    ),
    ([, count, unit, side, attribute, time, past]) => ({
      form: "attribute",
      count: Number(count ?? 0),
      unit: unitOf(unit ?? "days"),
      side: side === "after" ? "after" : "before",
      attribute: attribute!.replace(/^"|"$/g, ""),
      time: time ?? "",
      past: pastOf(past),
    }),
  ],
];

/** The form that says exactly this; words where none does. */
export function readWait(text: string): Wait {
  const wanted = text.trim();
  for (const [pattern, read] of readers) {
    const parts = pattern.exec(wanted);
    if (parts) return read(parts);
  }
  return { form: "words", text };
}
