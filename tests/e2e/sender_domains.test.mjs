// Mails are signed by the keys of their sender's domain, as others read it: npm mailauth and Debian's dkimpy, each with a
// resolver that knows the records which the server said to publish, and no others.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { authenticate } from "mailauth";
import { eventually } from "./support/eventually.mjs";
import { inboxes } from "./support/inboxes.mjs";
import { Server, repository } from "./support/server.mjs";

const domain = "sender.example";
const checker = path.join(repository, "tests/e2e/support/dkim_check.py");

/** Where the raw mails are, of the inboxes whose bytes are those that left. */
const rawMails = {
  "the captured inbox": async (server) => {
    const folder = path.join(server.data, "inbox");
    const names = (await readdir(folder)).filter((name) => name.endsWith(".eml")).sort();
    return Promise.all(names.map((name) => readFile(path.join(folder, name))));
  },
  "npm smtp-server": async (_server, inbox) => inbox.raw,
};

const recordsOf = (sender) =>
  Object.fromEntries(
    [...sender.records, ...sender.advice].map(({ name, type, value, strings }) => {
      assert.equal(type, "TXT");
      assert.equal(strings.join(""), value);
      assert.ok(strings.every((part) => part.length <= 255));
      return [name, value];
    }),
  );

async function byMailauth(raw, records) {
  const resolver = async (name, type) => {
    const value = type === "TXT" ? records[name.toLowerCase()] : undefined;
    if (value === undefined) {
      throw Object.assign(new Error(`no ${type} of ${name}`), { code: "ENOTFOUND" });
    }
    return [[value]];
  };
  const { dkim, dmarc } = await authenticate(raw, {
    ip: "192.0.2.1",
    helo: domain,
    sender: `hello@${domain}`,
    mta: "receiver.example",
    resolver,
    disableArc: true,
    disableBimi: true,
  });
  return { signatures: dkim.results, dmarc: dmarc.status.result };
}

async function byDkimpy(raw, records) {
  const child = spawn("/usr/bin/python3", [checker], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(JSON.stringify({ mail: raw.toString("base64"), records }));
  let out = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (complaint += text));
  const code = await new Promise((resolve) => child.once("close", resolve));
  assert.equal(code, 0, complaint);
  return out.split("\n").filter(Boolean).map(JSON.parse);
}

/** What both say of a mail: `algorithm domain selector` of each valid signature, in the mail's order. */
async function signersOf(raw, records) {
  const one = await byMailauth(raw, records);
  const valid = one.signatures.filter(({ status }) => status.result === "pass");
  const signers = valid.map(
    ({ algo, signingDomain, selector }) => `${algo} ${signingDomain} ${selector}`,
  );
  const other = (await byDkimpy(raw, records)).filter((signature) => signature.valid);
  assert.deepEqual(
    other.map((each) => `${each.algorithm} ${each.domain} ${each.selector}`),
    signers,
    "mailauth and dkimpy agree",
  );
  return { signers, dmarc: one.dmarc, signatures: one.signatures };
}

const signed = (number) => [
  `rsa-sha256 ${domain} s${number}r`,
  `ed25519-sha256 ${domain} s${number}e`,
];

for (const kind of Object.keys(rawMails)) {
  test(`mails to ${kind} are signed by the keys of their sender's domain`, async (t) => {
    const inbox = await inboxes[kind]();
    let server;
    t.after(async () => {
      await server?.remove();
      await inbox.close();
    });
    // Signatures are dated, and others look at their date.
    server = await Server.start({ env: inbox.env, virtualClock: false, signs: false });
    await server.apply("tests/e2e/workspaces/welcome");

    /** The raw mail to somebody who signs up. */
    const mailTo = async (userId) => {
      const email = `${userId}@visitor.example`;
      const answer = await server.ingest("track", {
        userId,
        event: "Signed Up",
        context: { traits: { email } },
      });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return eventually(`a mail to ${email}`, async () => {
        const mails = await rawMails[kind](server, inbox);
        return mails.find((raw) => raw.includes(`To: ${email}\r\n`));
      });
    };
    const show = () => server.get(`/sender-domains/${domain}`);

    await t.test("without keys they leave unsigned", async () => {
      assert.doesNotMatch((await mailTo("ana")).toString(), /^DKIM-Signature/im);
      const { stdout } = await server.command("domain", "list");
      assert.match(stdout, /mails leave unsigned/);
    });

    await t.test("keys that wait sign nothing", async () => {
      const { stdout } = await server.command("domain", "add", domain);
      assert.match(stdout, /s1r\._domainkey\.sender\.example\. TXT "v=DKIM1; k=rsa; p=/);
      assert.doesNotMatch(stdout, /PRIVATE/);
      assert.equal((await show()).state, "waiting");
      assert.doesNotMatch((await mailTo("ben")).toString(), /^DKIM-Signature/im);
    });

    await t.test("activated they sign all that counts, aligned with From", async () => {
      await server.command("domain", "activate", domain);
      await server.keepPublished();
      const sender = await show();
      assert.equal(sender.state, "signing");
      const raw = await mailTo("cleo");
      const found = await signersOf(raw, recordsOf(sender));
      assert.deepEqual(found.signers, signed(1));
      assert.equal(found.dmarc, "pass");
      for (const { status, signingHeaders } of found.signatures) {
        assert.equal(status.aligned, domain);
        const names = signingHeaders.keys.toLowerCase().split(/\s*:\s*/);
        for (const name of ["from", "list-unsubscribe", "list-unsubscribe-post"]) {
          assert.ok(names.includes(name), `${name} is signed`);
        }
      }
      assert.match(raw.toString(), /^List-Unsubscribe-Post: /m);
    });

    await t.test("a changed mail is signed by nobody", async () => {
      const raw = await mailTo("dora");
      const records = recordsOf(await show());
      for (const [from, to] of [
        ["Thank you", "Thank me"],
        ["Subject: Welcome", "Subject: Farewell"],
        ["List-Unsubscribe: <", "List-Unsubscribe: <mailto:x@evil.example>, <"],
      ]) {
        const changed = Buffer.from(raw.toString("latin1").replace(from, to), "latin1");
        assert.notDeepEqual(changed, raw, `${from} stands in the mail`);
        assert.deepEqual((await signersOf(changed, records)).signers, [], from);
      }
    });

    await t.test("rotated keys sign from their activation on, also after a restart", async () => {
      const earlier = await mailTo("emil");
      await server.command("domain", "rotate", domain);
      const records = recordsOf(await show());
      assert.deepEqual((await signersOf(await mailTo("finn"), records)).signers, signed(1));
      await server.command("domain", "activate", domain);
      await server.keepPublished();
      assert.deepEqual((await signersOf(await mailTo("gina"), records)).signers, signed(2));
      await server.restart();
      assert.deepEqual((await signersOf(await mailTo("hugo"), records)).signers, signed(2));
      // What had left before is still checked by the retired keys, which the server still lists.
      const listed = recordsOf(await show());
      assert.deepEqual((await signersOf(earlier, listed)).signers, signed(1));
    });

    await t.test("of a removed domain they leave unsigned", async () => {
      const { stdout } = await server.command("domain", "remove", domain);
      assert.match(stdout, /unsigned/);
      assert.doesNotMatch((await mailTo("iris")).toString(), /^DKIM-Signature/im);
      const again = await server.run(["domain", "show", domain]);
      assert.equal(again.code, 1);
      assert.match(again.stderr, /sender\.example is no sender domain/);
    });
  });
}
