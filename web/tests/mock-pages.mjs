// Companies, definitions and backtests for the mock: their data and their routes.
import { consentDefinitions } from "./mock-consent.mjs";
import { transferJobs } from "./mock-transfers.mjs";
import { contacts, iso, start } from "./mock-data.mjs";

const hour = 3_600_000;
const day = 24 * hour;

const scores = [
  { key: "lead", name: "Lead score", state: "ready" },
  {
    key: "fit",
    name: "Fit",
    state: "building",
    progress: {
      percent: 43,
      eventsRead: 43,
      eventsTotal: 100,
      contactsVisited: 0,
      contactsTotal: 1243,
      eventsPerSecond: 10,
      secondsLeft: 6,
    },
  },
];
const words = ["Nordlicht", "Acme", "Zuckerberg & Söhne Verpackungsmaschinen", "Globex", "Initech"];
const companies = Array.from({ length: 240 }, (_, index) => {
  const people = 1 + ((index * 7) % 23);
  return {
    id: index % 9 === 0 ? String(40_000 + index) : `company-${index}`,
    name: index % 11 === 4 ? null : `${words[index % words.length]} ${index || ""}`.trim(),
    contacts: people,
    firstSeenAt: iso(start - (index + 20) * day),
    lastSeenAt: iso(start - index * hour),
    values: scores.map(({ key }, place) => ({
      score: key,
      sum: people * (31.5 - place * 20),
      average: 31.5 - place * 20,
      highest: 57.5 - place * 20,
      contacts: people,
    })),
  };
});
const traits = {
  industry: "retail",
  employees: 1240,
  plan: "team",
  website: "https://nordlicht.example",
};

const scoreText = `kind: score
key: lead
name: Lead score
half_life: 14d
rules:
  - {key: pricing, event: Page Viewed, where: {path: /pricing}, points: 20, cap: 0}
  - {key: bought, event: Order Completed, points: 10}
thresholds:
  - {name: hot, value: 50, down: 40}
`;
const definition = (kind, name, text, more = {}) => ({
  kind,
  key: name,
  path: `${kind}s/${name}.yaml`,
  version: 3,
  rev: "3",
  changedAt: iso(start - 2 * day),
  changedBy: "mia@shop.example.com",
  archived: false,
  text,
  setAside: [],
  ...more,
});
const problem = (line, code, message) => ({ file: "scores/lead.yaml", line, code, message });
const definitions = [
  ...consentDefinitions,
  definition(
    "journey",
    "pricing-page",
    "kind: journey\nkey: pricing-page\ntrigger: {segment: hot-leads}\n",
  ),
  definition("score", "lead", scoreText, {
    setAside: [problem(6, "out_of_range", "rules[0].cap is 0, it must be at least 1")],
  }),
  definition(
    "segment",
    "hot-leads",
    "kind: segment\nkey: hot-leads\nwhere: {score: lead, at_least: 50}\n",
    {
      setAside: [
        {
          file: "segments/hot-leads.yaml",
          line: 0,
          code: "reads_set_aside",
          message: "it asks for score/lead, which is set aside",
        },
      ],
    },
  ),
  definition(
    "segment",
    "customers",
    "kind: segment\nkey: customers\nwhere: {did: {event: Order Completed}}\n",
  ),
  definition("template", "old-offer", "kind: template\nkey: old-offer\nsubject: Ten percent\n", {
    archived: true,
  }),
  definition("workspace", "shop", "kind: workspace\nkey: shop\ntimezone: Europe/Berlin\n"),
];

const step = (id, passed, sent, opened, clicked, waiting, held = [], skipped = []) => ({
  id,
  passed,
  waiting,
  sent,
  opened,
  clicked,
  held,
  skipped,
});
export const backtestReport = {
  journey: "pricing-page",
  version: 4,
  since: iso(start - 90 * day),
  until: iso(start),
  summary:
    "in 90 days: 4,212 would enter, 1,930 mails to 1,544 people, 311 people more than once, the cap would hold 88",
  entered: 4212,
  contacts: 3901,
  contactsAgain: 311,
  contactsSent: 1544,
  contactsInSeveral: 12,
  sent: 1930,
  notices: 4212,
  waiting: 143,
  convertedLater: 17,
  ended: [
    { outcome: "completed", count: 3100 },
    { outcome: "goal", count: 812 },
    { outcome: "exited", count: 157 },
  ],
  refused: [
    { reason: "entered_recently", count: 402 },
    { reason: "already_inside", count: 96 },
  ],
  steps: [
    step("alert", 4212, 0, 0, 0, 0),
    step("by-industry", 4212, 0, 0, 0, 0),
    step(
      "send-retail",
      1801,
      1755,
      540,
      61,
      0,
      [{ reason: "quiet_hours", count: 210 }],
      [{ reason: "frequency_cap", count: 46 }],
    ),
    step("wait-click", 3900, 0, 0, 0, 143),
    step(
      "follow-up",
      240,
      175,
      40,
      2,
      0,
      [{ reason: "frequency_cap", count: 42 }],
      [{ reason: "unsubscribed", count: 23 }],
    ),
  ],
  days: Array.from({ length: 80 }, (_, index) => ({
    day: iso(start - (88 - index) * day).slice(0, 10),
    entered: Math.round(40 + 30 * Math.sin(index / 4) + ((index * 13) % 17)),
    sent: 20 + (index % 9),
  })),
  otherJourneys: [{ key: "nurture", entered: 486, sent: 902 }],
  eventsScanned: 1_204_311,
  eventsReplayed: 88_402,
  assumptions: [
    "as observed, 31.2 % of the mails are opened and 3.4 % clicked",
    "attributes that no event of the log set count as today's, of 212 contacts",
    "nobody unsubscribes because of a simulated mail",
  ],
};
const job = (id, state, more = {}) => ({
  id,
  kind: "backtest",
  state,
  cancelling: false,
  total: 1000,
  done: state === "done" ? 1000 : 418,
  counts: {},
  parameters: { journey: "pricing-page" },
  result: state === "done" ? backtestReport : null,
  error: state === "failed" ? { code: "store_busy", message: "the log could not be read" } : null,
  createdBy: "mia@shop.example.com",
  createdAt: iso(start - hour),
  startedAt: iso(start - hour),
  endedAt: state === "running" ? null : iso(start),
  ...more,
});
const jobs = [
  ...transferJobs,
  job("job_run", "running"),
  job("job_done", "done"),
  job("job_gone", "cancelled"),
  job("job_bad", "failed"),
];

/** The routes; `list` empties a list in an empty world, `page` and `one` are the mock's. */
export function pageRoutes({ list, page, one }) {
  const defined = (kind, name) =>
    definitions.find((each) => each.kind === kind && each.key === name);
  return [
    [
      "GET",
      /^\/companies$/,
      (url) => {
        const wanted = (url.searchParams.get("search") ?? "").toLowerCase();
        const rows = list(companies).filter((each) =>
          [each.name ?? "", each.id].some((text) => text.toLowerCase().startsWith(wanted)),
        );
        return page(rows, url, { total: rows.length, at: iso(start), scores });
      },
    ],
    [
      "GET",
      /^\/companies\/([^/]+)$/,
      (_u, _b, id) => {
        const company = companies.find((each) => each.id === id);
        return one(company && { ...company, traits, at: iso(start), scores });
      },
    ],
    [
      "GET",
      /^\/companies\/([^/]+)\/contacts$/,
      (url, _b, id) => {
        const size = companies.find((each) => each.id === id)?.contacts ?? 0;
        const rows = contacts.slice(0, size).map((contact, index) => ({
          contact,
          values: [{ score: "lead", value: 57.5 - index }],
        }));
        return page(rows, url, { total: size, at: iso(start), scores });
      },
    ],
    [
      "GET",
      /^\/definitions$/,
      (url) =>
        page(
          list(definitions).filter(
            (each) => url.searchParams.get("archived") === "true" || !each.archived,
          ),
          url,
        ),
    ],
    ["GET", /^\/definitions\/([^/]+)\/([^/]+)$/, (_u, _b, kind, name) => one(defined(kind, name))],
    [
      "GET",
      /^\/definitions\/([^/]+)\/([^/]+)\/versions$/,
      (url, _b, kind, name) =>
        page(
          [3, 2, 1].map((version) => ({
            version,
            rev: String(version),
            changedAt: iso(start - (4 - version) * 9 * day),
            changedBy: version === 1 ? null : "mia@shop.example.com",
            archived: false,
            differences:
              version === 1
                ? []
                : [
                    {
                      path: "rules",
                      before: "a",
                      after: "b",
                      step: null,
                      text: `${kind} ${name}: cap 50 -> ${version}`,
                    },
                  ],
          })),
          url,
        ),
    ],
    [
      "POST",
      /^\/definitions\/plan$/,
      (_u, { files }) => {
        const bad = /cap: 0/.test(files[0].text);
        const change = {
          kind: "score",
          key: "lead",
          change: "changed",
          summary: "cap",
          contactsInside: 0,
        };
        const differences = [
          { path: "rules", before: "0", after: "50", step: null, text: "rules[0].cap: 0 -> 50" },
        ];
        return [
          200,
          {
            changes: bad ? [] : [{ ...change, differences, rev: "4", meanwhile: null }],
            problems: bad ? defined("score", "lead").setAside : [],
            setAside: [],
            reach: [],
          },
        ];
      },
    ],
    [
      "POST",
      /^\/journeys\/([^/]+)\/backtest$/,
      () => [202, jobs.find((each) => each.id === "job_run")],
    ],
    ["GET", /^\/jobs\/([^/]+)$/, (_u, _b, id) => one(jobs.find((each) => each.id === id))],
    ["POST", /^\/jobs\/([^/]+)\/cancel$/, (_u, _b, id) => one(jobs.find((each) => each.id === id))],
  ];
}
