// What npm mailauth says of mails: DKIM, SPF and DMARC. Standard input: a JSON object a line,
// {"file", "at", "envelope": {"from", "ip", "hello"}, "records": {name: text}}; `at` is the second at which it is looked
// at, an empty envelope leaves out SPF. Prints a line for each, in their order:
// {"signatures": [{domain, selector, algorithm, valid, aligned}], "spf", "spfAligned", "dmarc"}.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { authenticate } from "mailauth";

/** The names that servers published, and the mail host that SPF asks for: the one that connected. */
function resolverOf(records, ip) {
  return async (name, type) => {
    const text = records[name.toLowerCase()];
    if (type === "TXT" && text !== undefined) return [[text]];
    if (type === "MX" && text !== undefined) return [{ priority: 10, exchange: `mx.${name}` }];
    if (type === "A" && name.startsWith("mx.") && records[name.slice(3).toLowerCase()]) return [ip];
    throw Object.assign(new Error(`no ${type} of ${name}`), { code: "ENOTFOUND" });
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { file, at, envelope, records } = JSON.parse(line);
  const known = envelope.ip !== undefined;
  const { dkim, spf, dmarc } = await authenticate(await readFile(file), {
    // Without an envelope: one that no record allows, so that a pass is due to signatures alone.
    ip: known ? envelope.ip : "192.0.2.1",
    helo: known ? envelope.hello : "unknown.example",
    sender: known ? envelope.from : "nobody@unknown.example",
    mta: "receiver.example",
    resolver: resolverOf(records, envelope.ip),
    curTime: new Date(at * 1000),
    disableArc: true,
    disableBimi: true,
  });
  const signatures = dkim.results
    .filter(({ signingDomain }) => signingDomain)
    .map(({ signingDomain, selector, algo, status }) => ({
      domain: signingDomain,
      selector,
      algorithm: algo,
      valid: status.result === "pass",
      aligned: Boolean(status.aligned),
    }));
  const verdict = {
    signatures,
    spf: known ? spf.status.result : null,
    spfAligned: Boolean(dmarc?.alignment?.spf?.result),
    dmarc: dmarc ? dmarc.status.result : null,
  };
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
}
