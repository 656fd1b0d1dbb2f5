// The people behind a campaign's numbers: each count leads to its contacts, on a page and in a file.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { inboxes } from "./support/inboxes.mjs";
import { keys, Server } from "./support/server.mjs";

const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const names = ["ana", "ben", "cleo", "dan"];

let server;
let inbox;
before(async () => {
  inbox = await inboxes["the captured inbox"]();
  server = await Server.start({ env: inbox.env });
  await server.apply("tests/e2e/workspaces/campaigns");
  for (const userId of names) {
    await server.ingest("identify", {
      userId,
      traits: { email: `${userId}@visitor.example`, reader: true },
    });
  }
  await server.ingest("identify", { userId: "eve", traits: { reader: true } });
  await server.advance("1s");
  await server.api("POST", "/campaigns/news/start", { hold: "0s" });
  await server.advance("1m");
});
after(async () => {
  await server?.remove();
  await inbox?.close();
});

const mailTo = async (userId) => (await inbox.mailsTo(`${userId}@visitor.example`, server)).at(-1);
const visit = (url, agent, method = "GET") =>
  fetch(url, { method, redirect: "manual", headers: { "User-Agent": agent } });
const people = async (query) =>
  (await server.list(`/campaigns/news/recipients?${query}`))
    .map(({ contact }) => contact.userId)
    .sort();

test("each number leads to those whom it counts", async () => {
  const link = async (userId) => /href="([^"]+\/c\/[^"]+)"/.exec((await mailTo(userId)).html)[1];
  const pixel = async (userId) => /src="([^"]+\/o\/[^"]+)"/.exec((await mailTo(userId)).html)[1];
  await visit(await pixel("ana"), browser);
  await visit(await pixel("ben"), browser);
  await visit(await link("ana"), browser);
  await visit(await link("ana"), browser);
  await visit(await pixel("cleo"), "GoogleBot/2.1 (+http://www.google.com/bot.html)");
  const unsubscribe = /<([^>]+\/u\/[^>]+)>/.exec((await mailTo("dan")).header("list-unsubscribe"));
  await fetch(unsubscribe[1], {
    method: "POST",
    body: new URLSearchParams("List-Unsubscribe=One-Click"),
  });
  await server.advance("1m");
  const campaign = await server.get("/campaigns/news");
  assert.deepEqual(await people("answer=opened"), ["ana", "ben"]);
  assert.deepEqual(await people("answer=clicked"), ["ana"]);
  assert.deepEqual(await people("answer=machine_opened"), ["cleo"]);
  assert.deepEqual(await people("answer=unsubscribed"), ["dan"]);
  assert.deepEqual(await people("answer=bounced"), []);
  assert.deepEqual(await people("answer=complained"), []);
  assert.deepEqual(await people("answer=converted"), []);
  assert.deepEqual(await people("status=skipped"), ["eve"]);
  assert.deepEqual(await people("status=sent"), names);
  assert.deepEqual(await people("answer=opened&contact=ben"), ["ben"]);
  assert.deepEqual(await people("answer=opened&status=skipped"), []);
  const { opened, machineOpened, clicked, unsubscribed, bounced } = campaign;
  assert.deepEqual(
    { opened, machineOpened, clicked, unsubscribed, bounced },
    { opened: 2, machineOpened: 1, clicked: 1, unsubscribed: 1, bounced: 0 },
  );
});

test("the list comes page by page, and a cursor belongs to its filter", async () => {
  const first = await server.get("/campaigns/news/recipients?answer=opened&limit=1");
  assert.equal(first.items.length, 1);
  assert.ok(first.next);
  const cursor = encodeURIComponent(first.next);
  const second = await server.get(
    `/campaigns/news/recipients?answer=opened&limit=1&cursor=${cursor}`,
  );
  assert.deepEqual([first, second].map(({ items }) => items[0].contact.userId).sort(), [
    "ana",
    "ben",
  ]);
  assert.equal(second.next, null);
  await assert.rejects(
    server.get(`/campaigns/news/recipients?answer=clicked&cursor=${cursor}`),
    ({ problem }) => problem.code === "cursor_invalid",
  );
  await assert.rejects(
    server.get("/campaigns/news/recipients?answer=liked"),
    ({ problem }) => problem.field === "answer" && /machine_opened/.test(problem.limit),
  );
});

const fileOf = async (body) => {
  const job = await server.api("POST", "/exports", { subject: "recipients", ...body });
  await eventually(
    "the file is written",
    async () => (await server.get(`/jobs/${job.id}`)).state === "done",
  );
  const answer = await fetch(`${server.url}/api/v1/exports/${job.id}/file`, {
    headers: { Authorization: `Bearer ${keys.api}` },
  });
  assert.equal(answer.status, 200);
  return answer.text();
};

test("the same people are written into a file", async () => {
  const csv = (await fileOf({ campaign: "news", answer: "opened" })).trim().split(/\r?\n/);
  assert.equal(
    csv[0],
    "contact,userId,address,arm,status,reason,sentAt,openedAt,clickedAt,convertedAt",
  );
  assert.deepEqual(
    csv
      .slice(1)
      .map((line) => line.split(",")[1])
      .sort(),
    ["ana", "ben"],
  );
  const lines = (await fileOf({ campaign: "news", format: "jsonl" }))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(lines.length, 5);
  const eve = lines.find(({ userId }) => userId === "eve");
  assert.equal(eve.status, "skipped");
  assert.equal(eve.sentAt, undefined);
  for (const [body, code] of [
    [{}, "missing_member"],
    [{ campaign: "none" }, "unknown_campaign"],
    [{ campaign: "news", answer: "liked" }, "unknown_value"],
    [{ campaign: "news", segment: "readers" }, "wrong_member"],
  ]) {
    await assert.rejects(
      server.api("POST", "/exports", { subject: "recipients", ...body }),
      ({ problem }) => problem.code === code,
      JSON.stringify(body),
    );
  }
});

test("who is erased is behind no number any more", async () => {
  const [{ id }] = await server.list("/contacts?q=ben%40visitor.example");
  await server.api("DELETE", `/contacts/${id}`);
  await server.advance("1s");
  assert.deepEqual(await people("answer=opened"), ["ana"]);
  assert.equal((await server.get("/campaigns/news")).opened, 2, "the number stays");
});
