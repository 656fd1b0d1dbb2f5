// A workspace with the story of the pricing page, made from a seed, for screens without a server.
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let state = 7;
export function random() {
  state = (state * 1103515245 + 12345) % 2147483648;
  return state / 2147483648;
}
const pick = (list) => list[Math.floor(random() * list.length)];

export const start = Date.now();
export const iso = (ms) => new Date(ms).toISOString();

const first = ["Ann", "Ben", "Chloé", "Dmitri", "Elif", "Farah", "Gustav", "Hana", "Ivo", "Julia"];
const last = [
  "Lee",
  "Moreau",
  "Okafor",
  "Petrov",
  "Yılmaz",
  "Haddad",
  "Lindqvist",
  "Sato",
  "Novák",
];
const industries = ["retail", "software", "health", "logistics", "finance"];
const paths = ["/", "/pricing", "/docs", "/blog/onboarding", "/case-studies", "/pricing"];

export const contacts = Array.from({ length: 1243 }, (_, index) => {
  const known = index % 5 !== 4;
  const name = `${first[index % first.length]} ${last[Math.floor(index / first.length) % last.length]}`;
  const userId = known ? `u-${1000 + index}` : null;
  const slug = name
    .normalize("NFD")
    .replace(/[^a-zA-Z ]/g, "")
    .toLowerCase()
    .replace(" ", ".");
  const seen = start - index * 4 * minute - Math.floor(random() * 3 * minute);
  return {
    id: `c_${(index + 46656 * 40).toString(36)}q7x2m0kd4s`,
    userId,
    anonymousIds: [`a-${(index * 7919).toString(16)}`],
    email: known && index % 7 !== 3 ? `${slug}${index}@example.com` : null,
    name: known && index % 11 !== 5 ? name : null,
    firstSeenAt: iso(seen - Math.floor(random() * 90 * day)),
    lastSeenAt: iso(seen),
    known,
  };
});

export const ref = (contact) => ({
  id: contact.id,
  userId: contact.userId,
  name: contact.name ?? contact.email,
});

let position = 48_211;
export function makeEvent(at) {
  const contact = pick(contacts.slice(0, 60));
  const kind = pick([
    "Page Viewed",
    "Page Viewed",
    "Page Viewed",
    "Email Opened",
    "Link Clicked",
    "Order Completed",
    "identify",
  ]);
  const properties = {
    "Page Viewed": { path: pick(paths), referrer: "https://www.example.org/", title: "Sojourn" },
    "Email Opened": { template: "case-study", human: true },
    "Link Clicked": { url: "https://shop.example.com/case-studies/retail", template: "case-study" },
    "Order Completed": { order_id: `o-${position}`, revenue: 490, currency: "EUR" },
    identify: { email: contact.email, industry: pick(industries) },
  }[kind];
  position += 1;
  return {
    position: String(position),
    messageId: `m-${position.toString(36)}-4f0c`,
    type: kind === "identify" ? "identify" : kind === "Page Viewed" ? "page" : "track",
    name: kind,
    contact: ref(contact),
    at: iso(at - 180),
    receivedAt: iso(at),
    source:
      kind.startsWith("Email") || kind.startsWith("Link") ? "sojourn" : pick(["Website", "Server"]),
    properties,
  };
}
export const events = Array.from({ length: 160 }, (_, index) =>
  makeEvent(start - (160 - index) * 9000),
).reverse();

const question = (text, note = null) => ({ kind: "question", text, note, rows: [] });
const group = (kind, text, rows) => ({ kind, text, note: null, rows });
const ordered = { did: { event: "Order Completed", at_least: 1 } };
const clicked = {
  did: {
    event: "Link Clicked",
    where: [{ property: "template", is: "case-study" }],
    within: "14d",
  },
};

export const segments = [
  {
    key: "hot-leads",
    name: "Hot leads",
    state: "ready",
    size: 86,
    summary: "score lead >= 50 and plan is not enterprise and not in segment customers",
    text: "score lead >= 50 and plan is not enterprise and not in segment customers",
    rev: "3",
    usedIn: [{ kind: "journey", key: "pricing-page", name: "Pricing page" }],
    definition: { all: [{ score: "lead", at_least: 50 }, { any: [ordered, clicked] }] },
    rows: group("all", "", [
      question("score lead >= 50"),
      group("any", "", [
        question('did "Page Viewed" where path is "/pricing" at least 2 times in last 7 days'),
        question('did "Link Clicked" where template is case-study in last 14 days'),
      ]),
      question("plan is not enterprise", "also true when it is missing"),
      group("not", "", [question("in segment customers")]),
    ]),
  },
  {
    key: "customers",
    name: "Customers",
    state: "ready",
    size: 312,
    summary: 'did "Order Completed"',
    text: 'did "Order Completed"',
    rev: "1",
    usedIn: [],
    definition: ordered,
    rows: question('did "Order Completed"'),
  },
  {
    key: "sleeping",
    name: "Sleeping for 30 days",
    state: "ready",
    size: 0,
    summary: 'email is set and did not "Page Viewed" in last 30 days',
    text: 'email is set and did not "Page Viewed" in last 30 days',
    rev: "2",
    usedIn: [],
    definition: { all: [{ attribute: "email", exists: true }] },
    rows: group("all", "", [
      question("email is set"),
      question('did not "Page Viewed" in last 30 days'),
    ]),
  },
];

const step = (id, kind, name, summary, next, counts, more = {}) => ({
  id,
  kind,
  name,
  summary,
  channel: null,
  template: null,
  next,
  counts,
  ...more,
});
export const journeys = [
  {
    key: "pricing-page",
    name: "Pricing page",
    version: 4,
    state: "running",
    trigger: { summary: "Enters the segment Hot leads" },
    goal: { summary: "Order Completed within 30 days" },
    counts: { entered: 1204, active: 143, completed: 611, goal: 287, exited: 163 },
    reentry: "once in 30 days",
    exits: [{ summary: "Unsubscribes from every topic" }],
    entry: "alert",
    rev: "12",
    steps: [
      step(
        "alert",
        "notify",
        "Tell sales",
        "Writes to sales@shop.example.com with the score and its reasons",
        [{ to: "by-industry", label: null }],
        { here: 0, passed: 1204 },
      ),
      step(
        "by-industry",
        "branch",
        "Which case study?",
        "First path that fits",
        [
          { to: "send-retail", label: "industry is retail", count: 540 },
          { to: "send-software", label: "industry is software", count: 402 },
          { to: "send-general", label: "everyone else", count: 262 },
        ],
        { here: 0, passed: 1204 },
      ),
      step(
        "send-retail",
        "send",
        "Retail case study",
        "Email “How Nordlicht doubled repeat orders”",
        [{ to: "wait-click", label: null }],
        {
          here: 3,
          passed: 537,
          sent: 521,
          skipped: [
            { reason: "limit reached - 2 of 2 this week", count: 11 },
            { reason: "unsubscribed", count: 5 },
          ],
        },
        { channel: "email", template: "case-retail" },
      ),
      step(
        "send-software",
        "send",
        "Software case study",
        "Email “Shipping onboarding in a week”",
        [{ to: "wait-click", label: null }],
        { here: 1, passed: 401, sent: 401 },
        { channel: "email", template: "case-software" },
      ),
      step(
        "send-general",
        "send",
        "General case study",
        "Email “What teams like yours changed first”",
        [{ to: "wait-click", label: null }],
        { here: 0, passed: 262, sent: 258, skipped: [{ reason: "no email address", count: 4 }] },
        { channel: "email", template: "case-general" },
      ),
      step(
        "wait-click",
        "wait",
        "Wait for a click",
        "Until the case study is clicked, at most 3 days",
        [
          { to: "nurture", label: "clicked within 3 days", count: 486 },
          { to: "follow-up", label: "no answer after 3 days", count: 571 },
        ],
        { here: 118, passed: 1057, left: 25 },
      ),
      step(
        "nurture",
        "enter",
        "Start the nurture series",
        "Enters the journey Trial nurture",
        [{ to: "offer", label: null }],
        { here: 0, passed: 486 },
      ),
      step(
        "offer",
        "send",
        "Demo offer",
        "Email “15 minutes, your data”, in waking hours",
        [{ to: null, label: null }],
        {
          here: 17,
          passed: 469,
          sent: 466,
          skipped: [{ reason: "goal reached before", count: 3 }],
        },
        { channel: "email", template: "demo-offer" },
      ),
      step(
        "follow-up",
        "send",
        "One follow-up",
        "Email “Still comparing?”",
        [{ to: "stop", label: null }],
        { here: 4, passed: 567, sent: 560, skipped: [{ reason: "unsubscribed", count: 7 }] },
        { channel: "email", template: "follow-up" },
      ),
      step("stop", "exit", "Leave", "Ends the sequence for them", [], { here: 0, passed: 142 }),
    ],
  },
  {
    key: "welcome",
    name: "Welcome",
    version: 1,
    state: "paused",
    trigger: { summary: "Signed Up, for the first time" },
    goal: null,
    counts: { entered: 310, active: 12, completed: 290, goal: 0, exited: 8 },
    reentry: "never",
    exits: [],
    entry: "hello",
    rev: "2",
    steps: [
      step(
        "hello",
        "send",
        "Hello",
        "Email “Good to have you here”",
        [{ to: null, label: null }],
        { here: 12, passed: 298, sent: 298 },
        { channel: "email", template: "hello" },
      ),
    ],
  },
];

const statuses = [
  "sent",
  "sent",
  "sent",
  "sent",
  "queued",
  "skipped",
  "failed",
  "retry",
  "uncertain",
];
const reasons = {
  skipped: "limit reached - 2 of 2 this week",
  failed: "550 5.1.1 the mailbox does not exist",
  retry: "451 4.7.1 greylisted, next try in 5 min",
  uncertain: "the answer to the hand-off was lost",
};
export const messages = Array.from({ length: 420 }, (_, index) => {
  const contact = contacts[(index * 3) % 400];
  const status = statuses[index % statuses.length];
  const queued = start - index * 6 * minute;
  const sent = status === "sent" ? queued + 1300 : null;
  const opened = sent && index % 2 === 0 ? sent + 12 * minute : null;
  return {
    id: `msg_${index}`,
    contact: ref(contact),
    channel: "email",
    address: contact.email,
    journey: "pricing-page",
    step: index % 3 === 0 ? "follow-up" : "send-retail",
    template: index % 3 === 0 ? "follow-up" : "case-retail",
    subject: index % 3 === 0 ? "Still comparing?" : "How Nordlicht doubled repeat orders",
    status,
    reason: reasons[status] ?? null,
    queuedAt: iso(queued),
    sentAt: sent && iso(sent),
    openedAt: opened && iso(opened),
    clickedAt: opened && index % 4 === 0 ? iso(opened + minute) : null,
    messageId: sent ? `<r${index}.send.1@sojourn.example.com>` : null,
    mail: sent ? `mail_${index}` : null,
  };
});

export const mails = messages
  .filter((message) => message.mail)
  .map((message) => ({
    id: message.mail,
    to: message.address ?? "nobody@example.com",
    from: "Mia at Shop <hello@shop.example.com>",
    subject: message.subject,
    at: message.sentAt,
    contact: message.contact,
    preview:
      "Nordlicht sells lamps in nine countries. In spring they stopped guessing who to write to…",
  }));

export function mail(id) {
  const summary = mails.find((each) => each.id === id);
  if (!summary) return undefined;
  const url = (path) => `http://127.0.0.1:8080/c/${id}/${path}`;
  return {
    ...summary,
    html: `<!doctype html><html><body style="margin:0;background:#f4f4f6;font-family:Helvetica,Arial,sans-serif"><table role="presentation" width="100%"><tr><td align="center" style="padding:32px 12px"><table role="presentation" width="560" style="max-width:560px;background:#fff;border-radius:8px"><tr><td style="padding:32px"><h1 style="font-size:22px;margin:0 0 12px">${summary.subject}</h1><p style="font-size:15px;line-height:24px;color:#333">Hello ${summary.contact.name ?? "there"},</p><p style="font-size:15px;line-height:24px;color:#333">Nordlicht sells lamps in nine countries. In spring they stopped guessing who to write to, and wrote to those who had looked twice. Repeat orders doubled in ten weeks.</p><p><a href="${url("cta")}" style="background:#3b5bdb;color:#fff;text-decoration:none;padding:12px 22px;border-radius:6px;display:inline-block">Read the case study</a></p><p style="font-size:12px;color:#777">Shop GmbH, Lange Straße 1, Berlin · <a href="${url("unsubscribe")}" style="color:#777">Unsubscribe</a></p></td></tr></table></td></tr></table></body></html>`,
    text: `Hello ${summary.contact.name ?? "there"},\n\nNordlicht sells lamps in nine countries. In spring they stopped guessing who to\nwrite to, and wrote to those who had looked twice.\n\nRead the case study: ${url("cta")}\n\nUnsubscribe: ${url("unsubscribe")}\n`,
    headers: [
      { name: "From", value: summary.from },
      { name: "To", value: summary.to },
      { name: "Subject", value: summary.subject },
      { name: "Message-ID", value: `<${id}@sojourn.example.com>` },
      { name: "List-Unsubscribe", value: `<${url("unsubscribe")}>` },
      { name: "List-Unsubscribe-Post", value: "List-Unsubscribe=One-Click" },
    ],
    links: [
      { text: "Read the case study", url: url("cta") },
      { text: "Unsubscribe", url: url("unsubscribe") },
    ],
  };
}

export function contactPage(contact) {
  const at = Date.parse(contact.lastSeenAt);
  return {
    ...contact,
    attributes: contact.known
      ? {
          firstName: {
            value: contact.name?.split(" ")[0] ?? null,
            at: iso(at - 3 * day),
            source: "Website",
          },
          industry: { value: "retail", at: iso(at - 3 * day), source: "Website" },
          plan: { value: "trial", at: iso(at - 2 * day), source: "Server" },
          seats: { value: 1240, at: iso(at - 2 * day), source: "Server" },
          newsletter: { value: true, at: iso(at - 20 * day), source: "form Footer" },
        }
      : {},
    identifiers: [
      ...(contact.userId ? [{ kind: "userId", value: contact.userId }] : []),
      ...(contact.email ? [{ kind: "email", value: contact.email }] : []),
      ...contact.anonymousIds.map((value) => ({ kind: "anonymousId", value })),
    ],
    segments: contact.known
      ? [{ key: "hot-leads", name: "Hot leads", since: iso(at - 2 * hour) }]
      : [],
    lists: contact.known ? [{ key: "vip", name: "VIP", since: iso(at - 2 * day) }] : [],
    scores: [
      {
        key: "lead",
        name: "Lead score",
        value: 57.5,
        thresholds: [
          { name: "warm", value: 25, down: 25, reached: true, since: iso(at - 2 * day) },
          { name: "hot", value: 50, down: 40, reached: true, since: iso(at - 2 * hour) },
        ],
        reasons: [
          { text: "viewed /pricing, 2 times", points: 40, at: iso(at - 2 * hour), standing: false },
          { text: "opened the case study", points: 12.5, at: iso(at - hour), standing: false },
          { text: "works in retail", points: 10, at: iso(at - 3 * day), standing: true },
          { text: "no visit for a week", points: -5, at: iso(at - 9 * day), standing: true },
        ],
        earlier: 0,
        history: [
          { day: iso(at - 2 * day).slice(0, 10), value: 27.5 },
          { day: iso(at - 2 * hour).slice(0, 10), value: 57.5 },
        ],
      },
    ],
    grades: [{ key: "quality", name: "Quality", grade: "A1" }],
    runs: contact.known
      ? [
          {
            id: "run_1",
            journey: "pricing-page",
            journeyName: "Pricing page",
            version: 4,
            step: "wait-click",
            stepName: "Wait for a click",
            state: "active",
            enteredAt: iso(at - 2 * hour),
            endedAt: null,
            waitingUntil: iso(at + 3 * day),
            waitingFor: "a click on the case study",
            reason: null,
          },
          {
            id: "run_0",
            journey: "welcome",
            journeyName: "Welcome",
            version: 1,
            step: "hello",
            stepName: "Hello",
            state: "completed",
            enteredAt: iso(at - 20 * day),
            endedAt: iso(at - 19 * day),
            waitingUntil: null,
            waitingFor: null,
            reason: null,
          },
        ]
      : [],
    consent: contact.email
      ? [
          {
            channel: "email",
            address: contact.email,
            topic: "newsletter",
            state: "subscribed",
            at: iso(at - 20 * day),
            source: "form Footer",
          },
          {
            channel: "email",
            address: contact.email,
            topic: "product news",
            state: "unsubscribed",
            at: iso(at - 5 * day),
            source: "one-click unsubscribe",
          },
        ]
      : [],
    mergedFrom: contact.known ? ["c_9zz81m0kd4s"] : [],
  };
}

export function timeline(contact) {
  const at = Date.parse(contact.lastSeenAt);
  const rows = [
    [
      0,
      "event",
      "Page Viewed",
      "Page Viewed",
      { properties: { path: "/case-studies/retail", title: "Nordlicht" } },
    ],
    [
      4 * minute,
      "message",
      "message_opened",
      "Opened “How Nordlicht doubled repeat orders”",
      { ref: { type: "mail", key: "mail_0" } },
    ],
    [
      2 * hour - 2000,
      "message",
      "message_sent",
      "Sent “How Nordlicht doubled repeat orders”",
      { ref: { type: "mail", key: "mail_0" }, reason: "industry is retail" },
    ],
    [
      2 * hour - 1000,
      "journey",
      "journey_entered",
      "Entered Pricing page",
      {
        ref: { type: "journey", key: "pricing-page", id: "run_1" },
        reason: "entered the segment Hot leads",
      },
    ],
    [
      2 * hour - 500,
      "segment",
      "segment_entered",
      "Entered Hot leads",
      { ref: { type: "segment", key: "hot-leads" }, reason: "lead score 50 is at least 50" },
    ],
    [
      2 * hour - 200,
      "score",
      "score_crossed",
      "Lead score reached hot",
      { reason: "viewed /pricing, 2 times: +40" },
    ],
    [
      2 * hour,
      "event",
      "Page Viewed",
      "Page Viewed",
      { properties: { path: "/pricing", referrer: "https://www.example.org/", plan: "team" } },
    ],
    [
      2 * hour - 1990,
      "message",
      "Email Opened",
      "Opened case-retail, by a program: privacy_proxy",
      { properties: { machine: true, reason: "privacy_proxy", template: "case-retail" } },
    ],
    [
      2 * hour - 1985,
      "message",
      "Link Clicked",
      "Clicked https://shop.example.com/case-studies/retail, by a program: too_soon",
      { properties: { machine: true, reason: "too_soon", template: "case-retail" } },
    ],
    [26 * hour, "event", "Page Viewed", "Page Viewed", { properties: { path: "/pricing" } }],
    [3 * day, "identity", "identified", "Identified as " + (contact.userId ?? "unknown"), {}],
    [
      5 * day,
      "consent",
      "unsubscribed",
      "Unsubscribed from product news",
      { reason: "one-click unsubscribe" },
    ],
    [
      5 * day + hour,
      "message",
      "message_skipped",
      "Not sent: “Weekly digest”",
      { reason: "limit reached - 2 of 2 this week" },
    ],
    [
      20 * day,
      "event",
      "Signed Up",
      "Signed Up",
      { properties: { plan: "trial", source: "ad", campaign: { name: "autumn", cost: 12 } } },
    ],
  ];
  return rows.map(([ago, kind, name, text, more], index) => ({
    id: `t${index}`,
    at: iso(at - ago),
    kind,
    name,
    text,
    ...more,
  }));
}
