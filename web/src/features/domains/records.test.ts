import { describe, expect, test } from "vitest";
import type { DnsRecord, Finding, Report, SenderDomain, SenderKey } from "./queries";
import {
  findingOf,
  keyOf,
  lookUps,
  nameWithin,
  otherFindings,
  recordNeededUntil,
  recordsFound,
  recordsInOrder,
} from "./records";

const key = (selector: string, state: SenderKey["state"]): SenderKey => ({
  selector,
  kind: selector.endsWith("r") ? "rsa" : "ed25519",
  state,
  createdAt: "2026-11-01T08:00:00.000Z",
  since: "2026-11-20T08:00:00.000Z",
});
const record = (name: string, purpose: DnsRecord["purpose"] = "dkim"): DnsRecord => ({
  purpose,
  name,
  type: "TXT",
  value: "v=DKIM1",
  strings: ["v=DKIM1"],
  note: "",
});
const domain: SenderDomain = {
  domain: "news.example.com",
  state: "rotating",
  keys: [key("s1r", "retired"), key("s2r", "signing"), key("s3r", "waiting")],
  records: [
    record("s1r._domainkey.news.example.com"),
    record("s2r._domainkey.news.example.com"),
    record("s3r._domainkey.news.example.com"),
  ],
  advice: [record("news.example.com", "spf")],
};

describe("records of a sender domain", () => {
  test("belong to the key of their selector", () => {
    expect(keyOf(domain.records[1]!, domain.keys)?.selector).toBe("s2r");
    expect(keyOf(domain.advice[0]!, domain.keys)).toBeUndefined();
    expect(keyOf(record("s9r._domainkey.news.example.com"), domain.keys)).toBeUndefined();
  });

  test.each([
    ["s1r._domainkey.news.example.com", "s1r._domainkey"],
    ["news.example.com", "@"],
    ["_dmarc.example.com", "_dmarc.example.com"],
    ["oldnews.example.com", "oldnews.example.com"],
  ])("%s is %s within the zone", (name, within) => {
    expect(nameWithin(name, "news.example.com")).toBe(within);
  });

  test("of waiting keys come first, of retired ones last", () => {
    const names = recordsInOrder(domain).map(({ name }) => name.slice(0, 3));
    expect(names).toEqual(["s3r", "s2r", "s1r"]);
  });

  test("only those of waiting keys are to be looked up", () => {
    expect(lookUps(domain)).toBe("dig +short TXT s3r._domainkey.news.example.com");
  });

  test("of a retired key are needed for 7 days", () => {
    expect(recordNeededUntil(domain.keys[0]!)).toBe("2026-11-27T08:00:00.000Z");
  });
});

describe("what DNS says", () => {
  const finding = (check: Finding["check"], name: string, status: Finding["status"]): Finding => ({
    check,
    status,
    code: `${check}_${status}`,
    message: "",
    name,
    found: [],
    expected: null,
    publish: [],
  });
  const report: Report = {
    domain: "news.example.com",
    checkedAt: "2026-11-28T20:00:00.000Z",
    state: "failed",
    findings: [
      finding("dkim", "s2r._domainkey.news.example.com", "passed"),
      finding("dkim", "s3r._domainkey.news.example.com", "failed"),
      finding("spf", "news.example.com", "passed"),
      finding("mx", "news.example.com", "warning"),
    ],
  };

  test("stands beside the record that it is about", () => {
    expect(findingOf(domain.records[2]!, report)?.status).toBe("failed");
    expect(findingOf(domain.records[0]!, report)).toBeUndefined();
    expect(findingOf(domain.advice[0]!, report)?.code).toBe("spf_passed");
    expect(findingOf(domain.advice[0]!, undefined)).toBeUndefined();
  });

  test("of anything else stands by itself", () => {
    expect(otherFindings(domain, report).map(({ check }) => check)).toEqual(["mx"]);
    expect(otherFindings(domain, undefined)).toEqual([]);
  });

  test("tells how many of the waiting keys can be found", () => {
    expect(recordsFound(domain, report)).toEqual({ found: 0, of: 1 });
    const found = { ...report, findings: [finding("dkim", domain.records[2]!.name, "passed")] };
    expect(recordsFound(domain, found)).toEqual({ found: 1, of: 1 });
    expect(recordsFound(domain, undefined)).toEqual({ found: 0, of: 1 });
  });
});
