// What is queued and not yet handed over still obeys: an opt-out, and the switch that stops all sending.
// Through the real sender, to a real SMTP receiver.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { inboxes } from "./support/inboxes.mjs";
import { Server } from "./support/server.mjs";

let inbox;
let server;
before(async () => {
  inbox = await inboxes["npm smtp-server"]();
  server = await Server.start({ env: inbox.env });
  await server.apply("tests/e2e/workspaces/welcome");
});
after(async () => {
  await server?.remove();
  await inbox?.close();
});

const emailOf = (userId) => `${userId}@visitor.example`;
const mailsTo = (userId) => inbox.mailsTo(emailOf(userId), server);

async function track(userId, event) {
  const answer = await server.ingest("track", {
    userId,
    event,
    context: { traits: { email: emailOf(userId) } },
  });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

/** Resolves with the contact's message of this journey once it is in one of these states. */
function message(userId, journey, ...states) {
  return eventually(`the ${journey} of ${userId} is ${states.join(" or ")}`, async () => {
    const messages = await server.list(`/messages?contact=${userId}&journey=${journey}`);
    return messages.find(({ status }) => states.includes(status));
  });
}

/** Signs up, and resolves with the mail that follows. */
async function signUp(userId) {
  await track(userId, "Signed Up");
  await message(userId, "welcome", "sent");
  const [mail] = await mailsTo(userId);
  return mail;
}

test("a mail queued before an opt-out is not sent after it", async () => {
  const mail = await signUp("ana");
  await server.api("POST", "/sending/stop", { reason: "the test holds the mail back" });
  await track("ana", "Reminder Asked");
  await message("ana", "reminder", "queued", "claimed");
  const address = /<(https?:\/\/[^>]+)>/.exec(mail.header("List-Unsubscribe"))[1];
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "List-Unsubscribe=One-Click",
  });
  assert.equal(answer.status, 200);
  await server.api("POST", "/sending/resume");
  const held = await message("ana", "reminder", "skipped", "cancelled");
  assert.ok(held.reason, "it says why");
  assert.equal(held.sentAt, null);
  assert.equal((await mailsTo("ana")).length, 1);
});

test("while all sending is stopped nothing leaves, and afterwards everything that waited does", async () => {
  await signUp("ben");
  await server.api("POST", "/sending/stop", { reason: "wrong prices" });
  await track("ben", "Reminder Asked");
  await message("ben", "reminder", "queued", "claimed");
  await server.advance("1h");
  assert.equal((await mailsTo("ben")).length, 1);
  const sending = await server.get("/sending");
  assert.equal(sending.stopped, true);
  assert.equal(sending.reason, "wrong prices");
  assert.equal(sending.queued, 1);
  await server.api("POST", "/sending/resume");
  await message("ben", "reminder", "sent");
  assert.equal((await mailsTo("ben")).length, 2);
});

test("the stop outlives a restart", async () => {
  await signUp("cleo");
  await server.api("POST", "/sending/stop", { reason: "over night" });
  await track("cleo", "Reminder Asked");
  await message("cleo", "reminder", "queued", "claimed");
  await server.restart();
  assert.equal((await server.get("/sending")).stopped, true);
  assert.equal((await mailsTo("cleo")).length, 1);
  await server.api("POST", "/sending/resume");
  await message("cleo", "reminder", "sent");
  assert.equal((await mailsTo("cleo")).length, 2);
});
