import { useTranslation } from "react-i18next";
import { jobKinds } from "@/app/filters";
import { useNumber } from "@/components/number";
import type { Job } from "./queries";

/** What a job does, with the file or segment that it is about. */
export function useJobName() {
  const { t } = useTranslation();
  return (job: Job): string => {
    const kind = jobKinds.find((each) => each === job.kind);
    const what = kind ? t(`transfers.kinds.${kind}`) : job.kind;
    const { name, segment, list, subject, journey, dryRun } = job.parameters;
    const about = [name, segment, list, journey, subject].find(
      (each) => typeof each === "string" && each !== "",
    );
    const dry = dryRun === true ? ` (${t("transfers.dryRun")})` : "";
    return (about === undefined ? what : `${what}: ${String(about)}`) + dry;
  };
}

/** How far it is, or what came of it. */
export function useProgressText() {
  const { t } = useTranslation();
  const number = useNumber();
  const count = useCountName();
  return (job: Job): string => {
    if (job.error) return job.error.message;
    const counts = Object.entries(job.counts)
      .map(([name, value]) => `${number(value)} ${count(name)}`)
      .join(", ");
    if (counts) return counts;
    if (job.total === null) return "";
    return t("transfers.of", { done: number(job.done), total: number(job.total) });
  };
}

const countNames = [
  "new",
  "updated",
  "unchanged",
  "bad",
  "imported",
  "consents",
  "optedOut",
  "listed",
  "changed",
  "no_address",
  "erased",
  "entered_later",
  "removed",
  "restored",
  "unlisted",
  "changedSince",
  "keptContacts",
  "gone",
  "contacts",
  "events",
] as const;

export function useCountName() {
  const { t } = useTranslation();
  return (name: string): string => {
    const known = countNames.find((each) => each === name);
    return known ? t(`transfers.counts.${known}`) : name;
  };
}
