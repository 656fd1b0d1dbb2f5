// Sender domains for the mock: their keys, their records, and what DNS says of them.
import { iso, start } from "./mock-data.mjs";

const day = 86_400_000;

const key = (selector, state, ago) => ({
  selector,
  kind: selector.endsWith("r") ? "rsa" : "ed25519",
  state,
  createdAt: iso(start - (ago + 1) * day),
  since: iso(start - ago * day),
});
const rsa =
  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA" +
  "x9Tq4bVn7LzR2mKc".repeat(21) +
  "IDAQAB";
const record = (domain, { selector, kind }) => {
  const value =
    kind === "rsa" ? rsa : "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
  return {
    purpose: "dkim",
    name: `${selector}._domainkey.${domain}`,
    type: "TXT",
    value,
    strings: value.match(/.{1,255}/g),
    note: "publish it before the keys sign",
  };
};
function senderDomain(domain, state, keys) {
  return {
    domain,
    state,
    keys,
    records: keys.map((each) => record(domain, each)),
    advice: [
      {
        purpose: "spf",
        name: domain,
        type: "TXT",
        value: "v=spf1 include:spf.your-provider.example ~all",
        strings: ["v=spf1 include:spf.your-provider.example ~all"],
        note: "there must be one such record only; name your provider as it says",
      },
      {
        purpose: "dmarc",
        name: `_dmarc.${domain}`,
        type: "TXT",
        value: `v=DMARC1; p=none; rua=mailto:dmarc@${domain}`,
        strings: [`v=DMARC1; p=none; rua=mailto:dmarc@${domain}`],
        note: "begin with p=none, read the reports, then go on to quarantine and reject",
      },
    ],
  };
}
const senderDomains = () => [
  senderDomain("news.example.com", "rotating", [
    key("s1r", "retired", 3),
    key("s2e", "signing", 200),
    key("s2r", "signing", 200),
    key("s3e", "waiting", 0),
    key("s3r", "waiting", 0),
  ]),
  senderDomain("shop.example.com", "signing", [
    key("s1e", "signing", 40),
    key("s1r", "signing", 40),
  ]),
  senderDomain("start.example.com", "waiting", [
    key("s1e", "waiting", 0),
    key("s1r", "waiting", 0),
  ]),
];

const finding = (check, status, code, message, name, more = {}) => ({
  check,
  status,
  code,
  message,
  name,
  found: [],
  expected: null,
  publish: [],
  ...more,
});
function reportOf({ domain, keys }) {
  const spf = "v=spf1 ip4:198.51.100.7 mx ~all";
  return {
    domain,
    checkedAt: iso(start - 120_000),
    state: "failed",
    findings: [
      ...keys
        .filter((each) => each.state !== "retired")
        .map((each, index) =>
          index % 2 === 0
            ? finding(
                "dkim",
                "passed",
                "dkim_ok",
                "the record holds our key",
                `${each.selector}._domainkey.${domain}`,
              )
            : finding(
                "dkim",
                "failed",
                "dkim_missing",
                "there is no such record",
                `${each.selector}._domainkey.${domain}`,
              ),
        ),
      finding(
        "spf",
        "failed",
        "spf_not_allowed",
        "the SPF record does not allow ip4:198.51.100.7",
        domain,
        {
          found: ["v=spf1 mx ~all"],
          expected: "ip4:198.51.100.7",
          publish: [{ name: domain, type: "TXT", value: spf, strings: [spf] }],
        },
      ),
      finding(
        "dmarc",
        "warning",
        "dmarc_only_reports",
        "the policy is none: receivers only report",
        `_dmarc.${domain}`,
        {
          found: ["v=DMARC1; p=none"],
        },
      ),
      finding("mx", "passed", "mx_ok", "replies go to mx.example.com", domain),
      finding("ptr", "unknown", "ptr_sender_unknown", "SOJOURN_SENDS_FROM is not set", null),
    ],
  };
}

/** The routes; `list` empties a list in an empty world, `page`, `problem` and `one` are the mock's. */
export function senderRoutes({ list, page, problem, one }) {
  const domains = list(senderDomains());
  const find = (id) => domains.find((each) => each.domain === id);
  // Nobody has looked at the one that is new.
  const looked = new Set(["news.example.com", "shop.example.com"]);
  const report = (id) =>
    find(id) &&
    (looked.has(id)
      ? reportOf(find(id))
      : { domain: id, checkedAt: null, state: null, findings: [] });
  return [
    ["GET", /^\/sender-domains$/, (url) => page(domains, url)],
    [
      "POST",
      /^\/sender-domains$/,
      (_u, { domain }) => {
        if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain)) {
          return problem(422, "invalid_domain", "domain", domain);
        }
        if (find(domain)) return problem(409, "sender_domain_exists", "domain", domain);
        domains.push(
          senderDomain(domain, "waiting", [key("s1e", "waiting", 0), key("s1r", "waiting", 0)]),
        );
        return [201, find(domain)];
      },
    ],
    ["GET", /^\/sender-domains\/([^/]+)$/, (_u, _b, id) => one(find(id))],
    [
      "POST",
      /^\/sender-domains\/([^/]+)\/(activate|rotate)$/,
      (_u, _b, id, what) => {
        const found = find(id);
        if (!found) return problem(404, "unknown_sender_domain");
        const keys =
          what === "rotate"
            ? [...found.keys, key("s9e", "waiting", 0), key("s9r", "waiting", 0)]
            : found.keys.map((each) => ({
                ...each,
                state: each.state === "waiting" ? "signing" : "retired",
                since: iso(start),
              }));
        const state = what === "rotate" ? "rotating" : "signing";
        Object.assign(found, senderDomain(id, state, keys));
        return [200, found];
      },
    ],
    [
      "DELETE",
      /^\/sender-domains\/([^/]+)$/,
      (_u, _b, id) => {
        domains.splice(domains.indexOf(find(id)), 1);
        return [204, null];
      },
    ],
    ["GET", /^\/sender-domains\/([^/]+)\/check$/, (_u, _b, id) => one(report(id))],
    [
      "POST",
      /^\/sender-domains\/([^/]+)\/check$/,
      (_u, _b, id) => {
        looked.add(id);
        return one(report(id));
      },
    ],
  ];
}
