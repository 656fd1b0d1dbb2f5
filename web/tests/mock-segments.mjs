// Conditions, lists and scores for the mock: what they count, and what there is to ask about.
import { contacts, iso, segments, start } from "./mock-data.mjs";

const day = 86_400_000;

const lists = [
  { key: "vip", name: "VIP", size: 12 },
  { key: "fair-2026", name: "Visitors of the spring fair in Hannover, hall 4", size: 3 },
];

const score = {
  key: "lead",
  name: "Lead score",
  summary: "visits the pricing page, answers mails, works in energy",
  halfLife: "14 days",
  state: "ready",
  rules: [
    { text: "viewed /pricing", points: 20, cap: 60 },
    { text: "clicked in a mail", points: 10, cap: null },
    { text: "has unsubscribed", points: -30, cap: null },
  ],
  thresholds: [
    { name: "warm", value: 20, contacts: 214 },
    { name: "hot", value: 50, contacts: 86 },
  ],
  grades: [{ kind: "grade", key: "quality", name: "Quality" }],
  rev: "2",
};

const members = (condition) => {
  const [kind] = Object.keys(condition);
  if (kind === "all" || kind === "any")
    return condition[kind].map((part, i) => [part, `${kind}[${i}]`]);
  return kind === "not" && typeof condition.not === "object" ? [[condition.not, "not"]] : [];
};

/** Every row of a condition, parents first, each with fewer contacts than the one before. */
function rowsOf(condition, path = "where", rows = []) {
  rows.push({ path, text: JSON.stringify(condition), count: 0, exact: true, margin: null });
  if (typeof condition === "object") {
    for (const [part, at] of members(condition)) rowsOf(part, `${path}.${at}`, rows);
  }
  return rows;
}

/** The first place where something is still to be filled in. */
function unfinished(condition, path = "where") {
  if (condition === "") return path;
  if (typeof condition !== "object" || condition === null) return null;
  for (const [name, value] of Object.entries(condition)) {
    const list = Array.isArray(value)
      ? value.map((part, i) => [part, `${name}[${i}]`])
      : [[value, name]];
    for (const [part, at] of list) {
      const found = unfinished(part, `${path}.${at}`);
      if (found && name !== "is") return found;
    }
  }
  return null;
}

function explained(condition, depth = 0) {
  const parts = typeof condition === "object" ? members(condition) : [];
  const [kind] = typeof condition === "object" ? Object.keys(condition) : ["question"];
  return {
    kind: parts.length > 0 ? kind : "question",
    text: JSON.stringify(condition),
    ok: depth % 2 === 0,
    value: parts.length > 0 ? null : "retail",
    changesAt: null,
    since: null,
    rows: parts.map(([part], index) => explained(part, depth + index)),
  };
}

const history = Array.from({ length: 60 }, (_, index) => ({
  day: iso(start - (59 - index) * day).slice(0, 10),
  size: Math.round(60 + 30 * Math.sin(index / 9) + index / 3),
  entered: (index * 7) % 11,
  left: (index * 5) % 9,
}));

export function segmentRoutes({ list, page, problem, one }) {
  const listNamed = (key) => lists.find((each) => each.key === key);
  return [
    [
      "POST",
      /^\/segments\/read$/,
      (_u, { where }) => {
        if (typeof where === "string" && where.includes("=~")) {
          const [status, body] = problem(422, "bad_condition", "where");
          return [status, { ...body, detail: "expected an operator", line: 1, column: 6 }];
        }
        const known = segments.find((each) => each.text === where);
        const definition =
          typeof where === "string" ? (known?.definition ?? { all: [where] }) : where;
        const text = typeof where === "string" ? where : (known?.text ?? "plan is trial");
        return [200, { text, definition, rows: segments[1].rows }];
      },
    ],
    [
      "POST",
      /^\/segments\/count$/,
      (_u, { where, people }) => {
        const wrong = unfinished(where);
        if (wrong) {
          const [status, body] = problem(422, "bad_condition", wrong);
          return [status, { ...body, detail: "must not be empty" }];
        }
        const rows = rowsOf(where).map((row, index) => ({
          ...row,
          count: Math.max(0, 4_812 - index * 640),
        }));
        const shown = people ? { people: contacts.slice(0, people) } : {};
        const whole = { count: rows[0].count, exact: true, margin: null, total: 20_412, id: null };
        return [200, { ...whole, state: "ready", rows, tookMs: 3, ...shown }];
      },
    ],
    [
      "POST",
      /^\/segments\/explain$/,
      (_u, { where }) => [
        200,
        {
          contact: contacts[0],
          ok: true,
          state: "ready",
          rows: explained(where),
          whole: true,
        },
      ],
    ],
    [
      "GET",
      /^\/definitions\/segment\/([^/]+)$/,
      (_u, _b, key) => {
        const found = segments.find((each) => each.key === key);
        return one(
          found && {
            kind: "segment",
            key,
            path: `segments/${key}.yaml`,
            version: 3,
            rev: found.rev,
            changedAt: iso(start - 2 * day),
            changedBy: "mia@shop.example.com",
            archived: false,
            text: `kind: segment\nkey: ${key}\nname: ${found.name}\nwhere: ${JSON.stringify(found.definition)}\n`,
            setAside: [],
          },
        );
      },
    ],
    ["GET", /^\/segments\/([^/]+)\/history$/, () => [200, { items: history }]],
    [
      "GET",
      /^\/attributes$/,
      () => [
        200,
        {
          items: [
            { name: "company", contacts: 812, types: ["object"], members: ["industry", "size"] },
            { name: "plan", contacts: 4_812, types: ["text"], members: [] },
            { name: "seats", contacts: 4_100, types: ["number"], members: [] },
          ],
        },
      ],
    ],
    [
      "GET",
      /^\/attributes\/([^/]+)\/values$/,
      () => [
        200,
        {
          items: [
            { value: "trial", contacts: 900 },
            { value: "pro", contacts: 311 },
          ],
        },
      ],
    ],
    [
      "GET",
      /^\/event-names$/,
      () => [
        200,
        {
          items: [
            {
              name: "Page Viewed",
              count: 3_120,
              lastAt: iso(start),
              properties: [{ name: "path", types: ["text"], values: ["/pricing", "/"] }],
            },
            { name: "Order Completed", count: 90, lastAt: iso(start), properties: [] },
          ],
        },
      ],
    ],
    ["GET", /^\/lists$/, (url) => page(list(lists), url)],
    ["GET", /^\/lists\/([^/]+)$/, (_u, _b, key) => one(listNamed(key))],
    [
      "GET",
      /^\/lists\/([^/]+)\/contacts$/,
      (url, _b, key) => {
        const size = listNamed(key)?.size ?? 0;
        return page(contacts.slice(0, size), url, { total: size });
      },
    ],
    ["GET", /^\/scores$/, (url) => page(list([score]), url)],
    ["GET", /^\/scores\/([^/]+)$/, (_u, _b, key) => one(key === score.key && score)],
    [
      "GET",
      /^\/backfill$/,
      () => [
        200,
        {
          state: "building",
          since: iso(start),
          progress: {
            percent: 42,
            eventsRead: 10,
            eventsTotal: 10,
            contactsVisited: 8_120,
            contactsTotal: 20_412,
            eventsPerSecond: 9_000,
            secondsLeft: 12,
          },
        },
      ],
    ],
  ];
}
