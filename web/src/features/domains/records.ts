import type { DnsRecord, Finding, Report, SenderDomain, SenderKey } from "./queries";

/** Mails on their way are checked by the keys that were retired so long ago. */
const retiredDays = 7;

/** The key that a record publishes; SPF and DMARC publish none. */
export function keyOf(record: DnsRecord, keys: SenderKey[]): SenderKey | undefined {
  if (record.purpose !== "dkim") return undefined;
  const [selector] = record.name.split(".");
  return keys.find((key) => key.selector === selector);
}

/** As a provider's form wants it that adds the zone's name by itself; `@` is the zone. */
export function nameWithin(name: string, domain: string): string {
  if (name === domain) return "@";
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : name;
}

/** When the record of a retired key may be taken away. */
export function recordNeededUntil(key: SenderKey): string {
  return new Date(Date.parse(key.since) + retiredDays * 86_400_000).toISOString();
}

const order = { waiting: 0, signing: 1, retired: 2 };

/** The records to publish, those of waiting keys first: they are what there is to do. */
export function recordsInOrder(domain: SenderDomain): DnsRecord[] {
  const rank = (record: DnsRecord) => order[keyOf(record, domain.keys)?.state ?? "signing"];
  return [...domain.records].sort((one, other) => rank(one) - rank(other));
}

/** The commands that look up what must be there before keys may sign. */
export function lookUps(domain: SenderDomain): string {
  return recordsInOrder(domain)
    .filter((record) => keyOf(record, domain.keys)?.state === "waiting")
    .map((record) => `dig +short ${record.type} ${record.name}`)
    .join("\n");
}

/** What the last look at DNS says of a record that is to be published. */
export function findingOf(record: DnsRecord, report: Report | undefined): Finding | undefined {
  return report?.findings.find(
    (finding) =>
      finding.check === record.purpose &&
      (record.purpose !== "dkim" || finding.name === record.name),
  );
}

/** What it says besides: of hosts, replies and the way there. */
export function otherFindings(domain: SenderDomain, report: Report | undefined): Finding[] {
  const shown = new Set(
    [...domain.records, ...domain.advice].map((record) => findingOf(record, report)),
  );
  return report?.findings.filter((finding) => !shown.has(finding)) ?? [];
}

/** How many of the waiting keys' records were found as they must be, and of how many. */
export function recordsFound(
  domain: SenderDomain,
  report: Report | undefined,
): { found: number; of: number } {
  const waiting = domain.records.filter(
    (record) => keyOf(record, domain.keys)?.state === "waiting",
  );
  const found = waiting.filter((record) => findingOf(record, report)?.status === "passed");
  return { found: found.length, of: waiting.length };
}
