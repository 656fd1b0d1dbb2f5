// Topics, forms, suppressions and the ledger for the mock: their data and their routes.
import { iso, start } from "./mock-data.mjs";

const hour = 3_600_000;
const day = 24 * hour;

const definition = (kind, key, text) => ({
  kind,
  key,
  path: `${kind}s/${key}.yaml`,
  version: 2,
  rev: "2",
  changedAt: iso(start - 9 * day),
  changedBy: "mia@shop.example.com",
  archived: false,
  text: `kind: ${kind}\nkey: ${key}\n${text}`,
  setAside: [],
});

export const consentDefinitions = [
  definition(
    "form",
    "newsletter",
    `title: Our letter
text: Once a week, and nothing else.
fields:
  - {attribute: firstName, label: First name}
  - {attribute: size, label: "How many are you?", type: select, options: ["1-9", "10-99"]}
topics: [news]
consent: I want to get the letter, and can leave at any time.
allowed_origins: ["https://shop.example"]
`,
  ),
  definition("topic", "news", "name: News\ndescription: What is new in the shop, once a week.\n"),
  definition("topic", "offers", "name: Offers\ndefault: opted_out\nvisibility: private\n"),
];

const reasons = ["hard_bounce", "complaint", "unsubscribed", "manual", "import"];
const suppressions = Array.from({ length: 60 }, (_, index) => {
  const reason = reasons[index % reasons.length];
  return {
    id: `sup_${index}`,
    channel: "email",
    addressHash: `${(index * 7919 + 65_537).toString(16).padStart(8, "0")}a81c33f0d2`.repeat(3),
    scope: reason === "unsubscribed" ? "marketing" : reason === "import" ? "topic" : "all",
    topic: reason === "import" ? "offers" : null,
    reason,
    source: reason === "manual" ? "manual" : "bounce",
    at: iso(start - index * 5 * hour),
    actor: reason === "manual" ? "mia@shop.example.com" : null,
  };
});

const line = (state, topic, source, more = {}) => ({
  channel: "email",
  topic,
  state,
  at: iso(start - 3 * day),
  source,
  basis: null,
  wording: null,
  wordingHash: null,
  ip: null,
  userAgent: null,
  actor: null,
  evidence: null,
  ...more,
});
const consents = {
  address: "ann@nordlicht.example",
  topics: [
    { topic: null, name: "Everything", state: "unknown", wanted: true, suppressed: false },
    { topic: "news", name: "News", state: "opted_in", wanted: true, suppressed: false },
    { topic: "offers", name: "Offers", state: "opted_out", wanted: false, suppressed: false },
  ],
  lines: [
    line("opted_out", "offers", "telephone", {
      actor: "mia@shop.example.com",
      evidence: "Call of 3 March, ticket 4711",
    }),
    line("opted_in", "news", "double_opt_in", {
      basis: "consent",
      wording: "I want to get the letter, and can leave at any time.",
      ip: "203.0.113.0/24",
    }),
  ],
};

/** A form as it is hosted. */
export const hostedForm = `<!doctype html><html lang="en"><title>Our letter</title>
<body style="font-family: sans-serif; margin: 24px"><h1>Our letter</h1><p>Once a week, and nothing else.</p>
<form><p><label>Email <input type="email"></label></p><button>Sign up</button></form></body></html>`;

/** The routes; `list` empties a list in an empty world, `page` is the mock's. */
export function consentRoutes({ list, page }) {
  return [
    [
      "GET",
      /^\/suppressions$/,
      (url) =>
        page(url.searchParams.has("address") ? suppressions.slice(3, 4) : list(suppressions), url),
    ],
    ["POST", /^\/suppressions(\/lift)?$/, () => [200, { addresses: 1 }]],
    ["GET", /^\/contacts\/([^/]+)\/consents$/, () => [200, consents]],
    ["POST", /^\/contacts\/([^/]+)\/consents$/, () => [201, consents]],
  ];
}
