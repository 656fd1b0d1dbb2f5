// What DNS says of a sender's domain, asked of a real name server: before anything is published, and with exactly the
// records that the server said to publish.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startNameServer } from "./support/name_server.mjs";
import { Server } from "./support/server.mjs";

const domain = "sender.example";
const address = "198.51.100.7";

let names;
let server;
before(async () => {
  names = await startNameServer();
  server = await Server.start({
    env: {
      SOJOURN_DNS: names.address,
      SOJOURN_SENDS_FROM: address,
      SOJOURN_FROM: `Sojourn Test <hello@${domain}>`,
    },
    virtualClock: false,
    signs: false,
  });
});
after(async () => {
  await server?.remove();
  await names?.close();
});

const inZone = ({ name, type, value, strings }) =>
  `${name}. IN ${type} ${type === "TXT" ? strings.map((part) => `"${part}"`).join(" ") : value}` +
  (type === "PTR" ? "." : "");
const codes = (report) => report.findings.map(({ code }) => code).sort();
const check = () => server.api("POST", `/sender-domains/${domain}/check`, {});

test("a domain without records fails, and its report says what to publish", async () => {
  await server.command("domain", "add", domain);
  const asked = await server.run(["domain", "check", domain]);
  assert.equal(asked.code, 1, asked.stderr);
  assert.match(asked.stdout, /spf +failed/);
  assert.match(asked.stdout, /publish: sender\.example\. TXT "v=spf1 ip4:198\.51\.100\.7 ~all"/);
  assert.match(asked.stdout, /sender\.example: failed/);
  const kept = await server.get(`/sender-domains/${domain}/check`);
  assert.deepEqual(codes(kept), [
    "dkim_missing",
    "dkim_missing",
    "dkim_no_key",
    "dmarc_missing",
    "mta_sts_missing",
    "mx_missing",
    "ptr_missing",
    "spf_missing",
    "tls_rpt_missing",
  ]);
});

test("with those records nothing fails", async () => {
  const first = await server.get(`/sender-domains/${domain}/check`);
  // The policy of MTA-STS would have to be fetched from the internet.
  const records = first.findings
    .filter(({ check: of }) => of !== "mta_sts")
    .flatMap(({ publish }) => publish);
  await names.publish([
    ...records.map(inZone),
    `${domain}. IN MX 10 mx.${domain}.`,
    `mx.${domain}. IN A 198.51.100.8`,
  ]);
  await server.command("domain", "activate", domain);
  const report = await check();
  assert.deepEqual(codes(report), [
    "dkim_ok",
    "dkim_ok",
    "dmarc_only_reports",
    "mta_sts_missing",
    "mx_ok",
    "ptr_ok",
    "spf_ok",
    "tls_rpt_ok",
  ]);
  assert.equal(report.state, "warning");
  const asked = await server.run(["domain", "check", domain]);
  assert.equal(asked.code, 0, asked.stdout);
});
