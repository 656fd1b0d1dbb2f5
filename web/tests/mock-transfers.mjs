// Imports, exports and explanations for the mock: their data and their routes.
import { contacts, iso, ref, start } from "./mock-data.mjs";

const hour = 3_600_000;

const job = (id, kind, state, more = {}) => ({
  id,
  kind,
  state,
  cancelling: false,
  total: 20_000,
  done: state === "running" ? 8_412 : 20_000,
  counts: {},
  parameters: {},
  result: null,
  error: null,
  createdBy: "mia@shop.example.com",
  createdAt: iso(start - hour),
  startedAt: iso(start - hour),
  endedAt: state === "running" ? null : iso(start),
  ...more,
});

export const transferJobs = [
  job("job_import", "import", "done", {
    parameters: { name: "people.csv", dryRun: false },
    counts: { new: 18_412, updated: 1310, bad: 278, consents: 18_000, optedOut: 12 },
  }),
  job("job_importing", "import", "running", {
    parameters: { name: "trade-fair.csv", dryRun: false },
    counts: { new: 8_000, updated: 400, bad: 12 },
  }),
  job("job_export", "export", "done", {
    parameters: { subject: "contacts", segment: "customers" },
    counts: { contacts: 312 },
  }),
  job("job_undo", "undo", "done", { counts: { removed: 40, restored: 12, keptContacts: 2 } }),
  job("job_dry", "import", "done", {
    parameters: { name: "people.csv", dryRun: true },
    counts: { new: 2, bad: 1 },
  }),
];

const preview = {
  format: "csv",
  separator: ",",
  headers: ["E-Mail", "Name", "Born", "Notes"],
  rows: [
    { row: 2, cells: ["ann@nordlicht.example", "Ann", "03/04/1990", ""] },
    { row: 3, cells: ["ben@nordlicht.example", "Ben", "05/06/1985", "met at the fair"] },
  ],
  mapping: {
    subject: "contacts",
    columns: [
      { column: "E-Mail", as: "email", type: "text", date: "iso", decimal: "." },
      { column: "Name", as: "attribute", name: "name", type: "text", date: "iso", decimal: "." },
      { column: "Born", as: "attribute", type: "date", date: "day/month/year", decimal: "." },
      { column: "Notes", as: "ignore", type: "text", date: "iso", decimal: "." },
    ],
  },
  notes: [
    { column: "Born", code: "ambiguous_date", message: "day and month could be either way round" },
  ],
  problems: [{ row: 7, column: "Born", code: "not_a_date", message: "is no date", value: "soon" }],
};

const check = (code, ok, evidence, fix = null) => ({
  code,
  ok,
  at: iso(start - hour),
  evidence,
  fix,
  rows: [],
});

/** The routes; `list` empties a list in an empty world, `page` and `one` are the mock's. */
export function transferRoutes({ list, page, one }) {
  return [
    [
      "GET",
      /^\/jobs$/,
      (url) => {
        const kind = url.searchParams.get("kind");
        return page(
          list(transferJobs).filter((each) => !kind || each.kind === kind),
          url,
        );
      },
    ],
    ["POST", /^\/uploads$/, () => [201, { id: "up_1", bytes: 200 }]],
    ["POST", /^\/imports\/preview$/, () => [200, preview]],
    ["POST", /^\/imports$/, (_u, { dryRun }) => [202, transferJobs[dryRun ? 4 : 0]]],
    ["POST", /^\/imports\/([^/]+)\/undo$/, () => [202, transferJobs[3]]],
    ["POST", /^\/exports$/, () => [202, transferJobs[2]]],
    [
      "GET",
      /^\/contacts\/([^/]+)\/explain$/,
      (_u, _b, id) => {
        const contact = contacts.find((each) => each.id === id);
        return one(
          contact && {
            contact: ref(contact),
            happened: false,
            summary: 'did not enter “Welcome”: where path is "/pricing": it was "/about"',
            checks: [
              check("journey_published", true, "version 2, first published on 1 March"),
              check("trigger_event", true, "“Page Viewed” came 3 times"),
              check("trigger_filter", false, 'where path is "/pricing": it was "/about"', {
                code: "send_event",
                text: "Send the event with the path of the pricing page.",
              }),
            ],
            others: {
              reason: "trigger_filter",
              words: "the trigger's filter did not hold",
              count: 12,
              link: "/contacts?q=",
            },
            whole: true,
          },
        );
      },
    ],
  ];
}
