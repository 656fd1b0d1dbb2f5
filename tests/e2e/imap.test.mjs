// Mail that comes back to a mailbox elsewhere is taken from there by IMAP: from Debian's dovecot, over TLS.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { report } from "./support/delivery_report.mjs";
import { startDovecot } from "./support/dovecot.mjs";
import { eventually } from "./support/eventually.mjs";
import { inboxes } from "./support/inboxes.mjs";
import { Server } from "./support/server.mjs";

let inbox;
let mailbox;
let server;
before(async () => {
  inbox = await inboxes["npm smtp-server"]();
  mailbox = await startDovecot();
  server = await Server.start({ env: environment(`&authorities=${mailbox.certificate}`) });
  await server.apply("tests/e2e/workspaces/welcome");
});
after(async () => {
  await server?.remove();
  await mailbox?.close();
  await inbox?.close();
});

const environment = (query) => ({
  ...inbox.env,
  SOJOURN_RETURN_DOMAIN: "returns.sender.example",
  SOJOURN_RETURN_IMAP: mailbox.url(query),
});

/** The report that comes back of the mail that somebody gets who signs up. */
async function bounceOf(userId) {
  const email = `${userId}@visitor.example`;
  const answer = await server.ingest("track", {
    userId,
    event: "Signed Up",
    context: { traits: { email } },
  });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const mail = await eventually(`a mail to ${email}`, async () =>
    (await inbox.mailsTo(email)).at(0),
  );
  return report({
    to: mail.envelopeFrom,
    recipient: email,
    status: "5.1.1",
    words: "550 5.1.1 user unknown",
  });
}

const isSuppressed = async (userId) =>
  (await server.contact(userId)).consent.some(({ state }) => state === "suppressed");
const bounces = async () =>
  (await server.list("/events")).filter(({ name }) => name === "Message Bounced").length;

test("a report is taken, and seen; what is not about a mail of ours stays unseen", async () => {
  await mailbox.deliver("1.letter", "From: ann@example.com\nSubject: Hello\n\nHello\n");
  await mailbox.deliver("2.bounce", await bounceOf("ana"));
  await eventually("Ana is suppressed", () => isSuppressed("ana"));
  await eventually("the report is seen", async () =>
    (await mailbox.kept("INBOX")).some((name) => /^2\.bounce.*:2,.*S/.test(name)),
  );
  const kept = await mailbox.kept("INBOX");
  assert.ok(
    kept.some((name) => /^1\.letter[^S]*$/.test(name)),
    kept.join(" "),
  );
});

test("each is taken once, also over a kill -9", async () => {
  await server.kill9();
  await server.launch();
  await mailbox.deliver("3.bounce", await bounceOf("ben"));
  await eventually("Ben is suppressed", () => isSuppressed("ben"));
  assert.equal(await bounces(), 2);
});

test("taken mails are moved where that is wanted", async () => {
  await server.stop();
  server.options.env = environment(`&authorities=${mailbox.certificate}&move=Taken`);
  await server.launch();
  await mailbox.deliver("4.bounce", await bounceOf("cleo"));
  await eventually("Cleo's report is elsewhere", async () => (await mailbox.kept("Taken")).length);
  await eventually("Cleo is suppressed", () => isSuppressed("cleo"));
  assert.equal(await bounces(), 3);
});

test("a server whose certificate is not to be trusted is told nothing", async () => {
  await server.stop();
  server.options.env = environment("");
  await server.launch();
  await mailbox.deliver("5.bounce", await bounceOf("dora"));
  const said = await eventually("it is said", async () =>
    server.log.find((line) => line.includes("mailbox not read")),
  );
  assert.match(said, /imap_tls_failed/);
  assert.doesNotMatch(server.log.join("\n"), /p@ss:word|p%40ss/);
  assert.equal(await isSuppressed("dora"), false);
});
