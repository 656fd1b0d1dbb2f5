import type { DnsRecord, SenderDomain, SenderKey } from "./queries";

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
