import { type Document, isMap, parseDocument, stringify } from "yaml";

/** A campaign's definition as its page edits it; what it does not know stays in the text as it is. */
export interface CampaignDraft {
  name: string;
  audience: AudienceDraft;
  template: string;
  subject: string;
  from: { name: string; address: string };
  topic: string;
  class: "marketing" | "transactional";
  send: SendDraft;
  test: TestDraft | null;
}

export interface AudienceDraft {
  kind: "everyone" | "parts" | "resend";
  /** Of `parts`: `segment:KEY` and `list:KEY`; whoever is in any of them. */
  in: string[];
  except: string[];
  resend: { campaign: string; to: "not_opened" | "not_clicked" };
}

export interface SendDraft {
  kind: "now" | "at" | "local";
  /** Of `at` an instant, of `local` what a clock shows: `2026-03-10T09:00`. */
  at: string;
  perHour: number | null;
}

export interface TestDraft {
  arms: ArmDraft[];
  choose: "winner" | "bandit";
  sample: number;
  /** Of a bandit: percent of a batch that each variant gets at least. */
  floor: number;
  measure: "clicked" | "opened" | "converted" | "revenue";
  event: string;
  after: string;
  ifUnclear: string;
}

export interface ArmDraft {
  name: string;
  subject: string;
  template: string;
  /** On each contact's clock: `09:00`; empty: as the campaign is. */
  time: string;
}

export const armsMax = 8;
export const samples = { winner: 20, bandit: 10 } as const;
export const floorDefault = 5;

type Node = Record<string, unknown>;

const object = (value: unknown): Node =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Node) : {};
const text = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);

function partsOf(value: unknown): string[] {
  const group = object(value);
  return [
    ...strings(group.segments).map((key) => `segment:${key}`),
    ...strings(group.lists).map((key) => `list:${key}`),
  ];
}

function readAudience(value: unknown): AudienceDraft {
  const audience = object(value);
  const resend = object(audience.resend);
  const everyone = value === "everyone" || audience.everyone === true;
  return {
    kind: everyone ? "everyone" : audience.resend === undefined ? "parts" : "resend",
    in: partsOf(audience),
    except: partsOf(audience.except),
    resend: {
      campaign: text(resend.campaign),
      to: resend.to === "not_clicked" ? "not_clicked" : "not_opened",
    },
  };
}

function readTest(value: unknown): TestDraft | null {
  if (value === undefined || value === null) return null;
  const test = object(value);
  const measure = text(test.measure);
  const choose = test.choose === "bandit" ? "bandit" : "winner";
  return {
    arms: (Array.isArray(test.arms) ? test.arms : []).map((each) => {
      const arm = object(each);
      return {
        name: text(arm.name),
        subject: text(arm.subject),
        template: text(arm.template),
        time: text(object(arm.send).time),
      };
    }),
    choose,
    sample: typeof test.sample === "number" ? test.sample : samples[choose],
    floor: typeof test.floor === "number" ? test.floor : floorDefault,
    measure:
      measure === "opened" || measure === "converted" || measure === "revenue"
        ? measure
        : "clicked",
    event: text(test.event),
    after: text(test.after),
    ifUnclear: text(test.if_unclear),
  };
}

/** What the text says; what it leaves out is what the server takes for it. */
export function readDraft(source: string): CampaignDraft {
  const campaign = object(parseDocument(source).toJS());
  const from = object(campaign.from);
  const send = object(campaign.send);
  const local = text(send.local);
  const at = text(send.at);
  return {
    name: text(campaign.name),
    audience: readAudience(campaign.audience),
    template: text(campaign.template),
    subject: text(campaign.subject),
    from: { name: text(from.name), address: text(from.address) },
    topic: text(campaign.topic),
    class: campaign.class === "transactional" ? "transactional" : "marketing",
    send: {
      kind: local ? "local" : at ? "at" : "now",
      at: local || at,
      perHour: typeof send.per_hour === "number" ? send.per_hour : null,
    },
    test: readTest(campaign.test),
  };
}

function groupOf(parts: string[]): Node {
  const of = (kind: string) =>
    parts.filter((part) => part.startsWith(`${kind}:`)).map((part) => part.slice(kind.length + 1));
  const [segments, lists] = [of("segment"), of("list")];
  return {
    ...(segments.length > 0 ? { segments } : {}),
    ...(lists.length > 0 ? { lists } : {}),
  };
}

function audienceOf(audience: AudienceDraft): unknown {
  const excluded = groupOf(audience.except);
  const except = Object.keys(excluded).length > 0 ? { except: excluded } : {};
  if (audience.kind === "resend") return { resend: audience.resend, ...except };
  if (audience.kind === "parts") return { ...groupOf(audience.in), ...except };
  return "except" in except ? { everyone: true, ...except } : "everyone";
}

function sendOf(send: SendDraft): unknown {
  if (send.kind === "local") return { local: send.at };
  const perHour = send.perHour === null ? {} : { per_hour: send.perHour };
  const at = send.kind === "at" ? { at: send.at } : {};
  return Object.keys({ ...at, ...perHour }).length > 0 ? { ...at, ...perHour } : undefined;
}

/** Members of a test that its form does not show stay: `known` is the test as it stands. */
function testOf(test: TestDraft | null, known: Node): unknown {
  if (test === null) return undefined;
  const arms = Array.isArray(known.arms) ? known.arms.map(object) : [];
  const isBandit = test.choose === "bandit";
  return {
    // What belongs to the other way of choosing is none of its members.
    ...without(known, isBandit ? ["confidence", "if_unclear"] : ["floor"]),
    choose: isBandit ? "bandit" : undefined,
    arms: test.arms.map((arm) => ({
      ...without(arms.find((each) => each.name === arm.name) ?? {}, [
        "subject",
        "template",
        "send",
      ]),
      name: arm.name,
      ...(arm.subject ? { subject: arm.subject } : {}),
      ...(arm.template ? { template: arm.template } : {}),
      ...(arm.time ? { send: { time: arm.time } } : {}),
    })),
    sample: test.sample,
    floor: isBandit ? test.floor : undefined,
    measure: test.measure,
    event: test.event || undefined,
    after: test.after,
    if_unclear: isBandit ? undefined : test.ifUnclear || undefined,
  };
}

function without(node: Node, names: string[]): Node {
  return Object.fromEntries(Object.entries(node).filter(([name]) => !names.includes(name)));
}

const plain = (value: unknown): unknown =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
const equal = (a: unknown, b: unknown) => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

function put(document: Document, member: string, value: unknown): void {
  if (value === undefined || value === "") document.delete(member);
  else document.set(member, document.createNode(plain(value)));
}

/** The text with what was changed from `before` to `after`; all else of it, comments too, stays. */
export function writeDraft(source: string, before: CampaignDraft, after: CampaignDraft): string {
  const document = parseDocument(source);
  if (!isMap(document.contents)) return source;
  const known = object(object(document.toJS()).test);
  const members: [string, unknown, unknown][] = [
    ["name", before.name, after.name],
    ["audience", audienceOf(before.audience), audienceOf(after.audience)],
    ["template", before.template, after.template],
    ["subject", before.subject, after.subject],
    ["from", fromOf(before), fromOf(after)],
    ["topic", before.topic, after.topic],
    ["class", classOf(before), classOf(after)],
    ["send", sendOf(before.send), sendOf(after.send)],
    ["test", testOf(before.test, known), testOf(after.test, known)],
  ];
  for (const [member, was, is] of members) {
    if (!equal(was, is)) put(document, member, is);
  }
  return print(document, source);
}

/** Lines stay as long as they are, and `{a: b}` keeps or lacks its inner spaces as the source does. */
function print(document: Document, source: string): string {
  return document.toString({ lineWidth: 0, flowCollectionPadding: /[:-] \{ /.test(source) });
}

function fromOf({ from }: CampaignDraft): unknown {
  if (!from.address && !from.name) return undefined;
  return { ...(from.name ? { name: from.name } : {}), address: from.address };
}

const classOf = (draft: CampaignDraft) =>
  draft.class === "transactional" ? draft.class : undefined;

/** The text of a campaign that is made anew. */
export function newText(campaign: Node): string {
  return stringify({ kind: "campaign", ...campaign }, { lineWidth: 0 });
}

/** The same campaign under another key. */
export function copyText(source: string, key: string, name: string): string {
  const document = parseDocument(source);
  document.set("key", key);
  document.set("name", name);
  return print(document, source);
}

/** The same message for those who have not answered it. */
export function resendText(
  source: string,
  key: string,
  name: string,
  resend: AudienceDraft["resend"],
): string {
  const document = parseDocument(copyText(source, key, name));
  document.set("audience", document.createNode({ resend }));
  document.delete("send");
  document.delete("test");
  return print(document, source);
}

const keyLengthMax = 60;

/** A key for a name: what the server allows in one, and none of `taken`. */
export function keyFor(name: string, taken: ReadonlySet<string>): string {
  const plainName = name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, keyLengthMax)
    .replace(/-+$/, "");
  const key = plainName || "campaign";
  if (!taken.has(key)) return key;
  for (let number = 2; ; ++number) {
    if (!taken.has(`${key}-${number}`)) return `${key}-${number}`;
  }
}

export type Panel = "who" | "what" | "when" | "test";

const panels: Record<string, Panel> = {
  audience: "who",
  send: "when",
  when_quiet: "when",
  expires_after: "when",
  test: "test",
};

/** The panel where a problem of a line is mended; lines count from 1. */
export function panelOfLine(source: string, line: number): Panel {
  const lines = source.split("\n");
  for (let index = Math.min(line, lines.length) - 1; index >= 0; --index) {
    const member = /^([a-z_]+):/.exec(lines[index] ?? "")?.[1];
    if (member) return panels[member] ?? "what";
  }
  return "what";
}
