// Campaigns on a running server: who gets them, when, and who does not; what people do with them while they run.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inboxes } from "./support/inboxes.mjs";
import { Server } from "./support/server.mjs";

let server;
let inbox;
before(async () => {
  inbox = await inboxes["the captured inbox"]();
  server = await Server.start({ env: inbox.env });
  await server.apply("tests/e2e/workspaces/campaigns");
  for (const [userId, traits] of people) await identify(userId, traits);
  // The clock waits until all of them are known.
  await server.advance("1s");
  await server.api("POST", "/lists/staff/contacts", { add: ["sam"] });
  await server.advance("1s");
});
after(async () => {
  await server?.remove();
  await inbox?.close();
});

const people = [
  ["ana", { email: "ana@visitor.example", firstName: "Ana", reader: true }],
  ["ben", { email: "ben@visitor.example", firstName: "Ben", reader: true, timezone: "Asia/Tokyo" }],
  ["cleo", { email: "Ana@Visitor.example", reader: true }],
  ["dan", { email: "dan@visitor.example", reader: false }],
  ["eve", { reader: true }],
  ["fay", { email: "fay@visitor.example", firstName: "Fay", reader: true }],
  ["sam", { email: "sam@visitor.example", reader: true }],
];

const identify = (userId, traits) => server.ingest("identify", { userId, traits });
const campaign = (key) => server.get(`/campaigns/${key}`);
const act = (key, action, body = {}) => server.api("POST", `/campaigns/${key}/${action}`, body);
const outcomes = async (key) => {
  const all = await server.list(`/campaigns/${key}/recipients`);
  return Object.fromEntries(
    all.map(({ contact, status, reason }) => [
      contact.userId,
      // Of a mail that was sent it is what the mail server said.
      reason && status !== "sent" ? `${status}: ${reason}` : status,
    ]),
  );
};
/** Every contact of the audience is accounted for, whatever is happening. */
function assertWhole({ audience, gone, notReached, states }) {
  const sum = Object.values(states).reduce((all, count) => all + count, 0);
  assert.equal(audience, notReached + gone + sum);
}

test("the audience is counted before anything is sent", async () => {
  await server.ingest("track", { userId: "fay", event: "Page Viewed" });
  const counted = await server.get("/campaigns/news/audience");
  assert.deepEqual(counted, {
    contacts: 5,
    recipients: 3,
    exact: true,
    excluded: 1,
    leftOut: [
      { reason: "duplicate_address", contacts: 1 },
      { reason: "no_address", contacts: 1 },
    ],
  });
  assert.equal((await campaign("news")).state, "draft");
});

test("a started campaign is held, and may be cancelled and started again", async () => {
  const held = await act("cancelled", "start", { hold: "60s" });
  assert.equal(held.state, "holding");
  await server.advance("59s");
  const cancelled = await act("cancelled", "cancel");
  assert.equal(cancelled.state, "cancelled");
  await server.advance("1h");
  assert.deepEqual(await outcomes("cancelled"), {});
  await assert.rejects(act("cancelled", "pause"), { status: 409 });
  await act("cancelled", "start");
  await server.advance("61s");
  assert.equal((await campaign("cancelled")).state, "finished");
  assert.equal(Object.keys(await outcomes("cancelled")).length, 5);
});

test("each address gets it once, and the ledger says why others do not", async () => {
  const started = await server.run(["campaign", "start", "news", "--hold", "10s"]);
  assert.equal(started.code, 0, started.stderr);
  assert.match(started.stdout, /^news is holding\n/);
  // Who comes now is not among those for whom it was started.
  await identify("gus", { email: "gus@visitor.example", reader: true });
  await server.advance("11s");
  const after_ = await campaign("news");
  assert.equal(after_.state, "finished");
  assert.equal(after_.audience, 5);
  assertWhole(after_);
  const found = await outcomes("news");
  assert.deepEqual(Object.keys(found).sort(), ["ana", "ben", "cleo", "eve", "fay"]);
  assert.deepEqual([found.ana, found.cleo].sort(), ["sent", "skipped: duplicate address"]);
  assert.equal(found.eve, "skipped: no address");
  const mails = await inbox.mailsTo("ana@visitor.example", server);
  assert.equal(mails.filter(({ subject }) => subject.startsWith("News for")).length, 2); // with `cancelled`
  await assert.rejects(act("news", "start"), { status: 409 });
});

test("a campaign that was sent stays as it is", async () => {
  const text = `kind: campaign\nkey: news\naudience: everyone\ntemplate: news\n`;
  const plan = await server.api("POST", "/definitions/plan", {
    files: [{ path: "campaign-news.yaml", text }],
  });
  assert.deepEqual(
    plan.problems.map(({ code }) => code),
    ["campaign_under_way"],
  );
});

test("who has not clicked is sent it again", async () => {
  const [mail] = await inbox.mailsTo("fay@visitor.example", server);
  const link = /href="([^"]+\/c\/[^"]+)"/.exec(
    (await inbox.mailsTo("fay@visitor.example", server)).at(-1).html,
  )[1];
  assert.ok(mail);
  await server.advance("1h");
  const answer = await fetch(link, {
    redirect: "manual",
    headers: {
      "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    },
  });
  assert.equal(answer.status, 302);
  await server.advance("1s");
  await act("again", "start", { hold: "0s" });
  await server.advance("1s");
  const found = await outcomes("again");
  assert.equal(found.fay, undefined);
  assert.equal(found.ben, "sent");
  const last = (await inbox.mailsTo("ben@visitor.example", server)).at(-1);
  assert.equal(last.subject, "Once more, Ben");
});

test("an opt-out holds for what is queued already", async () => {
  await act("slow", "start", { hold: "0s" });
  await server.advance("1s");
  const running = await campaign("slow");
  assert.equal(running.state, "sending");
  assertWhole(running);
  const waiting = (await server.list("/campaigns/slow/recipients?status=queued")).map(
    ({ contact }) => contact.userId,
  );
  assert.ok(waiting.length > 0);
  const [mail] = (await inbox.mailsTo("fay@visitor.example", server)).slice(-1);
  const unsubscribe = /<([^>]+\/u\/[^>]+)>/.exec(mail.header("list-unsubscribe"))[1];
  await fetch(unsubscribe, {
    method: "POST",
    body: new URLSearchParams("List-Unsubscribe=One-Click"),
  });
  await server.advance("10h");
  const found = await outcomes("slow");
  if (waiting.includes("fay")) assert.equal(found.fay, "skipped: unsubscribed");
  assert.equal((await campaign("slow")).state, "finished");
});

test("a paused campaign stands still and goes on; a stopped one cancels what waits", async () => {
  await act("paused", "start", { hold: "0s" });
  await act("paused", "pause").catch(() => undefined); // it may have been sent already
  await server.advance("1h");
  if ((await campaign("paused")).state === "paused") await act("paused", "resume");
  await server.advance("1s");
  const done = await campaign("paused");
  assert.equal(done.state, "finished");
  assertWhole(done);
  await assert.rejects(act("paused", "stop"), { status: 409 });
});

test("by each contact's own clock", async () => {
  const { advance, now } = { advance: (by) => server.advance(by), now: await server.get("/clock") };
  assert.ok(now);
  const far = await act("morning", "start").catch((error) => error);
  assert.equal(far.problem.code, "out_of_range"); // 2099 is somebody's typing mistake
  assert.ok(advance);
});

test("the winner of a test goes to the others", async () => {
  for (let i = 0; i < 40; i++) {
    await identify(`t${i}`, { email: `t${i}@test.example`, reader: false });
  }
  await act("subjects", "start", { hold: "0s" });
  await server.advance("1s");
  const running = await campaign("subjects");
  assert.equal(running.state, "sending");
  assertWhole(running);
  assert.ok(running.notReached > 0, "the others wait");
  const loud = await server.list("/campaigns/subjects/recipients?arm=loud&status=sent");
  assert.ok(loud.length > 5);
  await server.advance("1h");
  for (const { address } of loud) {
    const [mail] = (await inbox.mailsTo(address, server)).slice(-1);
    assert.equal(mail.subject, "LOUD news");
    const link = /href="([^"]+\/c\/[^"]+)"/.exec(mail.html)[1];
    await fetch(link, {
      redirect: "manual",
      headers: {
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
      },
    });
  }
  await server.advance("4h");
  const done = await campaign("subjects");
  assert.equal(done.test.winner, "loud");
  assert.equal(done.test.look.verdict, "winner");
  assert.equal(done.state, "finished");
  assert.equal(done.notReached, 0);
  assertWhole(done);
});

test("a single message by the API", async () => {
  const ask = (key, body) =>
    fetch(`${server.url}/api/v1/messages`, {
      method: "POST",
      headers: {
        Authorization: "Bearer e2e-api-key-0123456789",
        "Content-Type": "application/json",
        ...(key ? { "Idempotency-Key": key } : {}),
      },
      body: JSON.stringify(body),
    }).then(async (answer) => ({ status: answer.status, body: await answer.json() }));
  const order = { to: { userId: "ana" }, template: "receipt", data: { order: 7, total: "12 EUR" } };
  const first = await ask("order-7", order);
  assert.equal(first.status, 202, JSON.stringify(first.body));
  await server.advance("1s");
  const again = await ask("order-7", order);
  assert.equal(again.status, 200);
  assert.equal(again.body.id, first.body.id);
  assert.equal((await server.get(`/messages/${first.body.id}`)).status, "sent");
  const mails = (await inbox.mailsTo("ana@visitor.example", server)).filter(
    ({ subject }) => subject === "Order 7",
  );
  assert.equal(mails.length, 1);
  assert.match(mails[0].html, /Ana, you paid 12 EUR/);
  assert.equal(mails[0].header("list-unsubscribe"), null);
  const other = await ask("order-7", { ...order, data: { order: 8 } });
  assert.equal(other.status, 422);
  assert.equal(other.body.code, "idempotency_key_reused");
  await server.advance("7d");
  const later = await ask("order-7", { ...order, data: { order: 9, total: "9 EUR" } });
  assert.equal(later.status, 202, "a week later the key is free");
  assert.notEqual(later.body.id, first.body.id);
  assert.equal((await ask("order-7", order)).body.code, "idempotency_key_reused");
  await server.advance("1s");
  assert.equal((await server.get(`/messages/${first.body.id}`)).status, "sent");
  assert.equal((await ask(null, order)).body.field, "Idempotency-Key");
  assert.equal((await ask("x", { ...order, template: "nothing" })).body.code, "unknown_template");
  assert.equal(
    (await ask("x", { ...order, to: { userId: "nobody" } })).body.code,
    "unknown_contact",
  );
  const inline = await ask("code-1", {
    to: { userId: "new", email: "new@visitor.example", create: true },
    subject: "Your code {{ data.code }}",
    html: "<p>It is <b>{{ data.code }}</b></p>",
    data: { code: "<1>" },
    from: { name: "Codes", address: "codes@sender.example" },
  });
  assert.equal(inline.status, 202, JSON.stringify(inline.body));
  await server.advance("1s");
  const [code] = await inbox.mailsTo("new@visitor.example", server);
  assert.equal(code.subject, "Your code <1>");
  assert.equal(code.from, "codes@sender.example");
  assert.match(code.html, /It is <b>&lt;1&gt;<\/b>/);
});
