// Mail that comes back: reports, complaints and mails that unsubscribe, sent by nodemailer to the server's own listener
// or delivered into its Maildir, change what becomes of the next mail.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import nodemailer from "nodemailer";
import { report } from "./support/delivery_report.mjs";
import { eventually } from "./support/eventually.mjs";
import { inboxes } from "./support/inboxes.mjs";
import { Server, freePort } from "./support/server.mjs";

const domain = "returns.sender.example";

/** A complaint (RFC 5965), with the mail that it is about; who complained is hidden, as most hide it. */
const complaint = (mail) => `From: <fbl@provider.example>
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b2"

--b2
Content-Type: text/plain

This is an abuse report.

--b2
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1
Version: 1

--b2
Content-Type: message/rfc822

${mail.toString().replace(/^To: .*\r\n/m, "")}
--b2--
`;

describe("mail that comes back", () => {
  let inbox;
  let server;
  let maildir;
  let transport;

  before(async () => {
    inbox = await inboxes["npm smtp-server"]();
    maildir = await mkdtemp(path.join(tmpdir(), "sojourn-maildir-"));
    for (const part of ["new", "cur", "tmp"]) await mkdir(path.join(maildir, part));
    const port = await freePort();
    server = await Server.start({
      env: {
        ...inbox.env,
        SOJOURN_RETURN_DOMAIN: domain,
        SOJOURN_RETURN_SMTP: `127.0.0.1:${port}`,
        SOJOURN_RETURN_MAILDIR: maildir,
      },
    });
    await server.apply("tests/e2e/workspaces/welcome");
    transport = nodemailer.createTransport({ host: "127.0.0.1", port, secure: false });
  });
  after(async () => {
    transport?.close();
    await server?.remove();
    await inbox?.close();
    await rm(maildir, { recursive: true, force: true });
  });

  const send = (raw, to, from = "") =>
    transport.sendMail({ envelope: { from, to }, raw: raw.replace(/\r?\n/g, "\r\n") });

  const track = async (userId, event) => {
    const answer = await server.ingest("track", {
      userId,
      event,
      context: { traits: { email: `${userId}@visitor.example` } },
    });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  };
  /** The mail that somebody gets who signs up. */
  const welcome = async (userId) => {
    await track(userId, "Signed Up");
    return eventually(`a mail to ${userId}`, async () =>
      (await inbox.mailsTo(`${userId}@visitor.example`)).at(0),
    );
  };
  const consentOf = async (userId) => (await server.contact(userId)).consent;
  const isSuppressed = async (userId) =>
    (await consentOf(userId)).some(({ state }) => state === "suppressed");

  test("a mail names its message in the envelope, and can be unsubscribed from by mail", async () => {
    const mail = await welcome("ana");
    assert.match(mail.envelopeFrom, /^b\+[a-z2-7]{20,45}@returns\.sender\.example$/);
    assert.match(
      mail.header("List-Unsubscribe"),
      /^<http[^>]+\/u\/[^>]+>, <mailto:u\+[a-z2-7]+@returns\.sender\.example\?subject=unsubscribe>$/,
    );
  });

  test("a hard bounce suppresses the address; the next mail is not sent", async () => {
    const mail = await welcome("ben");
    const bounce = report({
      to: mail.envelopeFrom,
      recipient: "ben@visitor.example",
      status: "5.1.1",
      words: "550 5.1.1 <ben@visitor.example>: user unknown",
    });
    await send(bounce, mail.envelopeFrom);
    await eventually("Ben is suppressed", () => isSuppressed("ben"));
    // The peer did not see our answer and comes again.
    await send(bounce, mail.envelopeFrom);
    await track("ben", "Reminder Asked");
    await track("marker", "Signed Up");
    await eventually("a later mail", async () =>
      (await inbox.mailsTo("marker@visitor.example")).at(0),
    );
    assert.equal((await inbox.mailsTo("ben@visitor.example")).length, 1);
    const bounced = (await server.list("/events")).filter(
      ({ name, properties }) => name === "Message Bounced" && properties.reason === "unknown_user",
    );
    assert.equal(bounced.length, 1, "the same report is one event");
    assert.equal(bounced[0].properties.status, "5.1.1");
  });

  test("a full mailbox is a bounce, and no reason to give up the address", async () => {
    const mail = await welcome("cleo");
    await send(
      report({
        to: mail.envelopeFrom,
        recipient: "cleo@visitor.example",
        status: "5.2.2",
        words: "552 5.2.2 mailbox full",
      }),
      // Servers change the case of local parts.
      mail.envelopeFrom.toUpperCase(),
    );
    await eventually("the bounce is known", async () =>
      (await server.list("/events")).some(
        ({ name, properties }) =>
          name === "Message Bounced" && properties.reason === "mailbox_full",
      ),
    );
    assert.equal(await isSuppressed("cleo"), false);
    await track("cleo", "Reminder Asked");
    await eventually("the next mail", async () =>
      (await inbox.mailsTo("cleo@visitor.example")).at(1),
    );
  });

  test("a person's mail unsubscribes, a program's answer does not", async () => {
    const mail = await welcome("dora");
    const address = /mailto:([^?>]+)/.exec(mail.header("List-Unsubscribe"))[1];
    await send(
      `From: dora@visitor.example\nTo: ${address}\nSubject: Out of office\nAuto-Submitted: auto-replied\n\nback on Monday\n`,
      address,
    );
    assert.deepEqual(await consentOf("dora"), []);
    await send(
      `From: dora@visitor.example\nTo: ${address}\nSubject: unsubscribe\n\n`,
      address,
      "dora@visitor.example",
    );
    await eventually("Dora has opted out", async () =>
      (await consentOf("dora")).some(({ state }) => state === "unsubscribed"),
    );
  });

  test("a complaint is tied to its mail by our token, and suppresses", async () => {
    const mail = await welcome("emil");
    await send(complaint(mail.raw), `fbl@${domain}`, "fbl@provider.example");
    await eventually("Emil is suppressed", () => isSuppressed("emil"));
  });

  test("what is not about a mail of ours is refused", async () => {
    const mail = await welcome("finn");
    const forged = mail.envelopeFrom.replace(/\+./, (two) => (two === "+a" ? "+b" : "+a"));
    for (const to of [`finn@${domain}`, forged, `postmaster@${domain}`, "b+x@elsewhere.example"]) {
      await assert.rejects(send("Subject: x\n\nx\n", to), (error) => error.responseCode === 550);
    }
    await assert.rejects(
      send("Subject: x\n\nno report\n", `fbl@${domain}`),
      (error) => error.responseCode === 550 && /only reports/.test(error.response),
    );
  });

  test("a Maildir is taken from as it fills", async () => {
    const mail = await welcome("gina");
    const bounce = report({
      to: mail.envelopeFrom,
      recipient: "gina@visitor.example",
      status: "5.1.1",
      words: "550 user unknown",
    });
    await writeFile(path.join(maildir, "tmp", "1700000000.1.mx"), bounce);
    await rename(
      path.join(maildir, "tmp", "1700000000.1.mx"),
      path.join(maildir, "new", "1700000000.1.mx"),
    );
    await eventually("Gina is suppressed", () => isSuppressed("gina"));
    await eventually("the mail is kept as seen", async () =>
      (await readdir(path.join(maildir, "cur"))).includes("1700000000.1.mx:2,S"),
    );
  });
});
