// A mailbox that stays full: each mail is tried for a day and given up; after enough of them the address gets no other,
// and people see why.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SMTPServer } from "smtp-server";
import { eventually } from "./support/eventually.mjs";
import { sender } from "./support/inboxes.mjs";
import { Server } from "./support/server.mjs";

const full = "full@visitor.example";

let server;
let smtp;
/** Recipients that the receiver was asked for. */
const asked = [];

before(async () => {
  smtp = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    logger: false,
    onRcptTo({ address }, session, done) {
      asked.push(address);
      if (address !== full) return done();
      return done(Object.assign(new Error("4.2.2 mailbox full"), { responseCode: 452 }));
    },
    onData(stream, session, done) {
      stream.on("end", () => done()).resume();
    },
  });
  await new Promise((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  const SOJOURN_SMTP_URL = `smtp://127.0.0.1:${smtp.server.address().port}`;
  server = await Server.start({ env: { ...sender, SOJOURN_SMTP_URL }, signs: false });
  await server.apply("tests/e2e/workspaces/welcome");
});
after(async () => {
  await server?.remove();
  await new Promise((resolve) => smtp.close(resolve));
});

const track = async (userId, event) => {
  const answer = await server.ingest("track", {
    userId,
    event,
    context: { traits: { email: `${userId}@visitor.example` } },
  });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
};
const failures = async () =>
  (await server.list("/events")).filter(({ name }) => name === "Message Failed");
const suppressed = async () =>
  (await server.get(`/suppressions?address=${encodeURIComponent(full)}`)).items;

test("a mail that is given up says for what", async () => {
  await track("full", "Signed Up");
  await server.advance("30h");
  const [failed] = await eventually("the mail is given up", async () => {
    const found = await failures();
    return found.length > 0 && found;
  });
  assert.equal(failed.properties.reason, "expired");
  assert.equal(failed.properties.cause, "mailbox_full");
  assert.deepEqual(await suppressed(), []);
});

test("the fifth of two weeks suppresses the address, and says why", async () => {
  for (let mails = 2; mails <= 5; mails += 1) {
    await server.advance("3d");
    await track("full", "Reminder Asked");
    await server.advance("30h");
    await eventually(`${mails} mails are given up`, async () => (await failures()).length >= mails);
    assert.equal((await suppressed()).length, mails === 5 ? 1 : 0, `after ${mails}`);
  }
  const [entry] = await suppressed();
  assert.equal(entry.reason, "soft_bounces");
  assert.equal(entry.scope, "all");
  const tried = asked.length;
  await track("full", "Reminder Asked");
  await track("other", "Signed Up");
  await eventually("a later mail", async () => asked.includes("other@visitor.example"));
  await server.advance("1d");
  assert.equal(asked.filter((address) => address === full).length, tried);
  const skipped = (await server.list("/messages?status=skipped")).find(
    ({ address }) => address === full,
  );
  assert.ok(skipped, "the mail is kept, and not sent");
  const contact = await server.contact("full");
  const { checks } = await server.get(
    `/contacts/${encodeURIComponent(contact.id)}/explain?message=${skipped.id}`,
  );
  const why = checks.find(({ ok }) => !ok);
  assert.equal(why.code, "suppression");
  assert.match(why.evidence, /^the address is suppressed, since its mails kept coming back/);
});
