import type { ColumnMapping, ImportRequest, Preview } from "./queries";

/** What a person decides about an import. */
export interface Options {
  columns: ColumnMapping[];
  timeZone: string;
  overwrite: "all" | "empty";
  list: string;
  startJourneys: boolean;
  /** Empty until it is answered: whether these people have agreed is never guessed. */
  consent: "" | "agreed" | "silent";
  topic: string;
  evidence: string;
}

export const untouched: Options = {
  columns: [],
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  overwrite: "all",
  list: "",
  startJourneys: false,
  consent: "",
  topic: "",
  evidence: "",
};

export function requestOf(wanted: {
  id: string;
  name: string;
  preview: Preview;
  options: Options;
  dryRun: boolean;
}): ImportRequest {
  const { id, name, preview, options, dryRun } = wanted;
  const { subject } = preview.mapping;
  const agreed = options.consent === "agreed" && subject === "contacts";
  return {
    upload: id,
    name: name.slice(0, 255),
    mapping: { subject, columns: options.columns },
    timeZone: options.timeZone,
    overwrite: options.overwrite,
    dryRun,
    startJourneys: options.startJourneys,
    ...(options.list.trim() ? { list: options.list.trim() } : {}),
    ...(agreed
      ? {
          consent: {
            evidence: options.evidence.trim(),
            ...(options.topic ? { topic: options.topic } : {}),
          },
        }
      : {}),
  };
}
