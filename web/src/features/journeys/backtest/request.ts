import type { Backtest, BacktestRequest, Job } from "./queries";

export const windows = ["30d", "90d", "180d", "365d"] as const;

/** Whose opens and clicks: as observed, or as they happened to this journey's own mails. */
export const answers = ["observed", "happened", "rates"] as const;

export interface Wanted {
  since: (typeof windows)[number];
  answers: (typeof answers)[number];
  /** Percent as it was typed, of `rates` only. */
  openRate: string;
  clickRate: string;
  others: NonNullable<BacktestRequest["others"]>;
}

export const usual: Wanted = {
  since: "90d",
  answers: "observed",
  openRate: "30",
  clickRate: "3",
  others: "as_sent",
};

/** A share from 0 to 1 of a percentage as people write it; undefined when it is none. */
export function readPercent(text: string): number | undefined {
  const plain = text.trim().replace(",", ".").replace(/\s*%$/, "");
  if (!/^\d+(\.\d+)?$/.test(plain)) return undefined;
  const share = Number(plain) / 100;
  return share <= 1 ? share : undefined;
}

/** The request, or undefined while a rate cannot be read. */
export function requestOf(wanted: Wanted): BacktestRequest | undefined {
  const request: BacktestRequest = {
    since: wanted.since,
    others: wanted.others,
    answersAsHappened: wanted.answers === "happened",
    job: true,
  };
  if (wanted.answers !== "rates") return request;
  const openRate = readPercent(wanted.openRate);
  const clickRate = readPercent(wanted.clickRate);
  if (openRate === undefined || clickRate === undefined) return undefined;
  return { ...request, openRate, clickRate };
}

/** The report of a job that is done. */
export function reportOf(job: Job): Backtest | undefined {
  const result = job.result;
  if (job.state !== "done" || result === null || !Array.isArray(result["steps"])) return undefined;
  return result as unknown as Backtest;
}

/** How far it is, from 0 to 100; undefined while that is not known. */
export function percentOf(job: Job): number | undefined {
  if (job.total === null || job.total === 0) return undefined;
  return Math.min(100, (100 * job.done) / job.total);
}

/** Each day of the window with what it would have brought, days without anything too. */
export function daysOf(report: Backtest): Backtest["days"] {
  const day = 86_400_000;
  const known = new Map(report.days.map((each) => [each.day, each]));
  const days: Backtest["days"] = [];
  const first = Date.parse(report.since.slice(0, 10));
  for (let at = first; at <= Date.parse(report.until); at += day) {
    const name = new Date(at).toISOString().slice(0, 10);
    days.push(known.get(name) ?? { day: name, entered: 0, sent: 0 });
  }
  return days;
}

/** One sum by reason over all steps, the most frequent first. */
export function sumsOf(
  report: Backtest,
  member: "held" | "skipped",
): { reason: string; count: number }[] {
  const sums = new Map<string, number>();
  for (const step of report.steps) {
    for (const { reason = "", count } of step[member]) {
      sums.set(reason, (sums.get(reason) ?? 0) + count);
    }
  }
  return [...sums]
    .map(([reason, count]) => ({ reason, count }))
    .sort((one, other) => other.count - one.count);
}

export function countOf(report: Backtest, outcome: string): number {
  return report.ended.find((each) => each.outcome === outcome)?.count ?? 0;
}
