import type { Schemas } from "@/api/client";

type Entry = Pick<Schemas["TimelineEntry"], "name" | "text" | "properties">;

/** The events that a program may cause in a person's place. */
const hits = ["Email Opened", "Link Clicked"];

/** Why an open or a click is a program's and not the person's; undefined where it is the person's. */
export function machineReason(entry: Entry): string | undefined {
  if (!hits.includes(entry.name) || entry.properties?.["machine"] !== true) return undefined;
  const reason = entry.properties["reason"];
  return typeof reason === "string" && reason !== "" ? reason : "unknown";
}

/** The sentence of the entry without the code of the reason, which is said in words beside it. */
export function wordsWithout(entry: Entry, reason: string | undefined): string {
  const ending = `, by a program: ${reason}`;
  return reason !== undefined && entry.text.endsWith(ending)
    ? entry.text.slice(0, -ending.length)
    : entry.text;
}

/** What is left to be told once the reason has been. */
export function ownProperties(entry: Entry, reason: string | undefined): Record<string, unknown> {
  const properties = entry.properties ?? {};
  if (reason === undefined) return properties;
  return Object.fromEntries(
    Object.entries(properties).filter(([name]) => name !== "machine" && name !== "reason"),
  );
}
