/** Lengths of time as conditions write them: `7d`, `90 minutes`, `3 months`. */
export const spanUnits = [
  "second",
  "minute",
  "hour",
  "day",
  "week",
  "calendar day",
  "month",
  "year",
] as const;
export type SpanUnit = (typeof spanUnits)[number];

export interface Span {
  amount: number;
  unit: SpanUnit;
}

const short: Record<string, SpanUnit> = {
  s: "second",
  m: "minute",
  h: "hour",
  d: "day",
  w: "week",
};

/** Null where it has several parts, or is no length of time. */
export function parseSpan(text: unknown): Span | null {
  const parts = /^(\d{1,6})\s*([a-z ]+)$/.exec(typeof text === "string" ? text.trim() : "");
  if (!parts) return null;
  const name = (parts[2] ?? "").trim();
  const unit = short[name] ?? spanUnits.find((each) => name === each || name === `${each}s`);
  return unit === undefined ? null : { amount: Number(parts[1]), unit };
}

/** The form in which the server answers: short where it is exact. */
export function formatSpan({ amount, unit }: Span): string {
  const letter = Object.entries(short).find(([, each]) => each === unit)?.[0];
  return letter ? `${amount}${letter}` : `${amount} ${unit}${amount === 1 ? "" : "s"}`;
}
