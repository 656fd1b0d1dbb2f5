// Campaigns, templates and lists for the mock: their data and their routes.
import { iso, messages, start } from "./mock-data.mjs";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const states = (more = {}) => ({
  queued: 0,
  claimed: 0,
  committing: 0,
  sent: 0,
  retry: 0,
  failed: 0,
  skipped: 0,
  cancelled: 0,
  uncertain: 0,
  erased: 0,
  ...more,
});
const outcomes = (opened = 0, clicked = 0, bounced = 0, complained = 0) => ({
  opened,
  clicked,
  bounced,
  complained,
  converted: 0,
  revenue: 0,
});
const campaign = (key, name, state, more = {}) => ({
  key,
  name,
  state,
  reason: null,
  startedBy: null,
  startedAt: null,
  beginsAt: null,
  endedAt: null,
  audience: null,
  gone: null,
  notReached: null,
  states: states(),
  ...outcomes(),
  template: "spring",
  subject: null,
  from: null,
  topic: "offers",
  class: "marketing",
  who: {
    everyone: false,
    in: [{ kind: "segment", key: "customers", name: "Customers" }],
    except: [{ kind: "list", key: "staff", name: "Staff" }],
    resend: null,
  },
  when: { at: null, local: null, perHour: null },
  skipped: [],
  failed: [],
  test: null,
  rev: "3",
  ...more,
});
const started = (more) => ({
  startedBy: "mia@shop.example.com",
  startedAt: iso(start - 3 * hour),
  beginsAt: iso(start - 3 * hour + minute),
  gone: 0,
  notReached: 0,
  ...more,
});
const arm = (name, subject, sent, opened, clicked) => ({
  name,
  subject,
  template: "spring",
  from: null,
  states: states({ sent }),
  ...outcomes(opened, clicked),
});

const campaigns = [
  campaign("autumn", "Autumn letter", "finished", {
    ...started({ endedAt: iso(start - 2 * hour), audience: 41_204 }),
    states: states({ sent: 40_084, skipped: 1012, failed: 108 }),
    ...outcomes(15_322, 2841, 212, 6),
    skipped: [
      { reason: "unsubscribed", messages: 640 },
      { reason: "duplicate address", messages: 372 },
    ],
    failed: [{ reason: "550 5.1.1 no such user", messages: 108 }],
    test: {
      sample: 20,
      measure: "clicked",
      event: null,
      after: "4h",
      confidence: 95,
      lookDue: iso(start - 3 * hour),
      winner: "b",
      look: { at: iso(start - 3 * hour), verdict: "winner", chance: 0.012 },
      arms: [
        arm("a", "What autumn brings", 4120, 1402, 201),
        arm("b", "Warm things for cold evenings", 35_964, 13_920, 2640),
      ],
    },
  }),
  campaign("notice", "New terms", "paused", {
    ...started({ audience: 12_000, notReached: 7000 }),
    reason: "bounce_rate",
    states: states({ sent: 4500, queued: 500 }),
    ...outcomes(900, 41, 310, 1),
  }),
  campaign("sale", "Winter sale", "sending", {
    ...started({ audience: 20_000, notReached: 8200 }),
    states: states({ sent: 10_950, queued: 600, retry: 40, skipped: 210 }),
    ...outcomes(2100, 240, 12, 0),
    skipped: [{ reason: "unsubscribed", messages: 210 }],
  }),
  campaign("soon", "Morning note", "holding", {
    ...started({ audience: 812, startedAt: iso(start), notReached: 812 }),
    // Its counting down is no part of a picture.
    beginsAt: iso(start + 40 * day),
  }),
  campaign("spring", "Spring sale", "draft"),
  campaign("test", "Two subjects", "draft"),
];

const texts = {
  spring: `kind: campaign
key: spring
name: Spring sale
audience: {segments: [customers], except: {lists: [staff]}}
template: spring
topic: offers
`,
  test: `kind: campaign
key: test
name: Two subjects
audience: everyone
template: spring
subject: "For you, {{ contact.firstName }}"
from: {name: The Shop, address: shop@shop.example.com}
topic: offers
send: {local: "2027-03-10T09:00"}
test:
  arms:
    - {name: a, subject: Plain news}
    - {name: b, subject: Loud news}
  after: 4h
  measure: converted
  event: Order Completed
`,
};
const revisions = {};

const definitionOf = (key) => ({
  kind: "campaign",
  key,
  path: `campaigns/${key}.yaml`,
  version: 3,
  rev: String(revisions[key] ?? 3),
  changedAt: iso(start - day),
  changedBy: "mia@shop.example.com",
  archived: false,
  text: texts[key],
  setAside: [],
});

const templates = [
  { key: "spring", name: "Spring letter", channel: "email", subject: "News for spring" },
  { key: "receipt", name: "Receipt", channel: "email", subject: "Order {{ data.order }}" },
];

const templateTexts = {
  spring: `kind: template
key: spring
name: Spring letter
document:
  v: 1
  subject: News for spring
  preheader: New cups are here
  rows:
    - bg: page
      cols: [{ blocks: [{ type: image, logo: true, align: center }] }]
    - cols:
        - blocks:
            - type: heading
              text: [{ type: text, text: "For " }, { type: liquidVar, attrs: { expr: contact.firstName, fallback: you } }]
            - type: text
              text: |
                The new cups are here.

                They pour without a drop.
            - { type: button, label: Look at them, href: "https://shop.example/cups", align: center }
            - { type: divider }
            - { type: quote, text: It pours without a drop., showIf: 'contact.plan == "pro"' }
    - cols:
        - w: 60
          blocks: [{ type: text, text: The wider one }]
        - blocks: []
    - bg: page
      cols: [{ blocks: [{ type: legal-footer, reason: You asked for it. }] }]
`,
  receipt: `kind: template
key: receipt
name: Receipt
subject: "Order {{ data.order }}"
html: |
  <p>{{ contact.firstName }}, you paid {{ data.total }}.</p>
`,
};

const html = `<html><body style="font-family:sans-serif;margin:24px">
<h1>News for spring</h1><p>Hello Ann, the new cups are here.</p>
<p><a href="https://shop.example.com">Look at them</a></p></body></html>`;

/** The routes; `list` empties a list in an empty world, `page`, `one` and `problem` are the mock's. */
export function campaignRoutes({ list, page, one, problem }) {
  const find = (key) => campaigns.find((each) => each.key === key);
  const act = (state) => (_u, _b, key) => one(find(key) && { ...find(key), state });
  return [
    ["GET", /^\/campaigns$/, (url) => page(list(campaigns), url)],
    ["GET", /^\/campaigns\/([^/]+)$/, (_u, _b, key) => one(find(key))],
    [
      "GET",
      /^\/campaigns\/([^/]+)\/audience$/,
      () => [
        200,
        {
          contacts: 41_204,
          recipients: 40_084,
          exact: true,
          excluded: 0,
          leftOut: [
            { reason: "suppressed", contacts: 212 },
            { reason: "unsubscribed", contacts: 908 },
          ],
        },
      ],
    ],
    [
      "GET",
      /^\/campaigns\/([^/]+)\/recipients$/,
      (url) => {
        const status = url.searchParams.get("status");
        const rows = messages
          .filter((each) => !status || each.status === status)
          .map((each) => ({ ...each, journey: null, campaign: "autumn", step: "b", dueAt: null }));
        return page(rows, url);
      },
    ],
    ["POST", /^\/campaigns\/([^/]+)\/start$/, act("holding")],
    ["POST", /^\/campaigns\/([^/]+)\/cancel$/, act("cancelled")],
    ["POST", /^\/campaigns\/([^/]+)\/pause$/, act("paused")],
    ["POST", /^\/campaigns\/([^/]+)\/resume$/, act("sending")],
    ["POST", /^\/campaigns\/([^/]+)\/stop$/, act("stopped")],
    ["GET", /^\/templates$/, (url) => page(list(templates), url)],
    ["GET", /^\/lists$/, (url) => page(list([{ key: "staff", name: "Staff", size: 12 }]), url)],
    [
      "POST",
      /^\/render$/,
      () => [
        200,
        {
          language: null,
          subject: "News for spring",
          html,
          text: "Hello Ann, the new cups are here.",
          size: html.length,
          links: [],
          checks: [
            {
              code: "no_unsubscribe",
              level: "warning",
              message: "there is no way to unsubscribe",
              fix: "Print unsubscribe_url somewhere.",
              part: "html",
              line: 0,
              value: null,
              limit: null,
            },
          ],
        },
      ],
    ],
    [
      "GET",
      /^\/definitions\/campaign\/([^/]+)$/,
      (_u, _b, key) => one(texts[key] && definitionOf(key)),
    ],
    [
      "GET",
      /^\/definitions\/template\/([^/]+)$/,
      (_u, _b, key) =>
        one(
          templateTexts[key] && {
            ...definitionOf(key),
            kind: "template",
            path: `templates/${key}.yaml`,
            text: templateTexts[key],
          },
        ),
    ],
    [
      "PUT",
      /^\/definitions\/template\/([^/]+)$/,
      (_u, _b, key) => {
        const [status, body] = problem(422, "definitions_invalid");
        const message = "document.rows[1].cols[0].blocks[2].href is required";
        const file = `templates/${key}.yaml`;
        return [
          status,
          { ...body, problems: [{ file, line: 0, code: "missing_member", message }] },
        ];
      },
    ],
    [
      "PUT",
      /^\/definitions\/campaign\/([^/]+)$/,
      (_u, { text }, key) => {
        if (!/segments|everyone|resend/.test(text)) {
          const [status, body] = problem(422, "definitions_invalid");
          const line = text.split("\n").findIndex((each) => each.startsWith("audience")) + 1;
          const message = "audience.segments or lists, or resend, or everyone is required";
          const file = `campaigns/${key}.yaml`;
          return [status, { ...body, problems: [{ file, line, code: "missing_member", message }] }];
        }
        texts[key] = text;
        revisions[key] = (revisions[key] ?? 3) + 1;
        const change = { kind: "campaign", key, change: "changed", summary: "changed" };
        return [
          200,
          {
            changes: [
              {
                ...change,
                contactsInside: 0,
                differences: [],
                rev: String(revisions[key]),
                meanwhile: null,
              },
            ],
            problems: [],
            warnings: [],
            setAside: [],
          },
        ];
      },
    ],
  ];
}
