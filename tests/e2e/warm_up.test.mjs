// A campaign from a domain that warms up, to Postfix's own receiver: each day has no more mails than the plan says, also
// over a crash, what waits is shown, and everybody gets it once in the end.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { inboxes, sender } from "./support/inboxes.mjs";
import { lookAt, settled } from "./support/screens.mjs";
import { keys, Server } from "./support/server.mjs";

const people = Array.from({ length: 9 }, (_, index) => `reader${index}`);
const day = (time) => new Date(time).toISOString().slice(0, 10);

let server;
let inbox;
let start;

const apply = (files) =>
  server.api("POST", "/definitions/apply", {
    files: Object.entries(files).map(([path, text]) => ({ path, text })),
  });
const plan = async () => (await server.get("/sending")).warmUp[0];
/** How many mails each of them has got. */
const arrived = () =>
  Promise.all(
    people.map(async (name) => (await inbox.mailsTo(`${name}@visitor.example`, server)).length),
  );
const sum = (counts) => counts.reduce((all, count) => all + count, 0);

before(async () => {
  inbox = await inboxes["Postfix's smtp-sink"]();
  server = await Server.start({ env: inbox.env });
  await server.apply("tests/e2e/workspaces/campaigns");
  for (const userId of people) {
    const traits = { email: `${userId}@visitor.example`, reader: true };
    assert.equal((await server.ingest("identify", { userId, traits })).status, 200);
  }
  // To ten in the morning of the day on which the plan starts, in the workspace's zone.
  const { now } = await server.get("/clock");
  start = day(Date.parse(now) + 24 * 3600_000);
  const wait = Math.ceil((Date.parse(`${start}T10:00:00Z`) - Date.parse(now)) / 1000);
  await apply({
    "workspace.yaml": `kind: workspace
key: shop
name: The Shop
warm_up:
  - {domain: sender.example, start: ${start}, daily: [2, 4]}
`,
  });
  await server.advance(`${wait}s`);
});
after(async () => {
  await server?.remove();
  await inbox?.close();
});

test("a plan that cannot be is refused with the member that is wrong", async () => {
  const text = `kind: workspace\nkey: shop\nwarm_up: [{start: ${start}, daily: [4, 2]}]\n`;
  const { problems } = await server.api("POST", "/definitions/plan", {
    files: [{ path: "workspace.yaml", text }],
  });
  assert.deepEqual(
    problems.map(({ code, line }) => [code, line]),
    [["out_of_range", 3]],
  );
});

test("the first day has its number, and the others wait", async () => {
  await server.api("POST", "/campaigns/news/start", { hold: "1s" });
  await server.advance("2s");
  assert.equal(sum(await arrived()), 2);
  const { waiting, ...today } = await plan();
  assert.deepEqual(today, {
    domain: "sender.example",
    provider: null,
    start,
    state: "warming",
    day: start,
    sent: 2,
    limit: 2,
    step: 0,
    steps: 2,
    paused: null,
    bounced: 0,
    complained: 0,
  });
  assert.equal(waiting, 7);
  const recipients = await server.list("/campaigns/news/recipients");
  const held = recipients.filter(({ status }) => status === "queued");
  assert.equal(held.length, 7);
  assert.deepEqual(new Set(held.map(({ reason }) => reason)), new Set(["warm up"]));
  const { checks } = await server.get(
    `/contacts/${encodeURIComponent(held[0].contact.id)}/explain?campaign=news`,
  );
  const why = checks.find(({ ok }) => !ok);
  assert.equal(why.code, "warm_up");
  assert.match(why.evidence, /no place before; held back until/);
});

test("a crash does not let more go, and settings show how far it is", async () => {
  await server.kill9();
  await server.launch();
  await server.advance("1h");
  assert.equal(sum(await arrived()), 2);
  assert.equal((await plan()).sent, 2);

  const browser = await openBrowser();
  try {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      locale: "en-GB",
    });
    const left = await keepOnLoopback(context);
    const page = await context.newPage();
    await page.goto(`${server.url}/sign-in`);
    await page.locator('input[type="email"]').fill(keys.email);
    await page.locator('input[autocomplete="current-password"]').fill(keys.password);
    await page.locator('button[type="submit"]').click();
    await page.waitForURL(`${server.url}/`);
    await page.goto(`${server.url}/settings`);
    await settled(page);
    const warmUp = page.getByRole("region", { name: "Warm-up" });
    await warmUp.getByText("2 of 2 mails today · 7 wait for later days").waitFor();
    await warmUp.getByText("day 1 of 2").waitFor();
    await lookAt(page, "warm-up");
    assert.deepEqual(left, []);
  } finally {
    await browser.close();
  }
});

test("the next days have theirs, until the plan is over and all have got it once", async () => {
  await server.advance("1d");
  assert.equal(sum(await arrived()), 6);
  const { sent, limit, step, waiting } = await plan();
  assert.deepEqual({ sent, limit, step, waiting }, { sent: 4, limit: 4, step: 1, waiting: 3 });
  await server.advance("1d");
  assert.deepEqual(
    await arrived(),
    people.map(() => 1),
  );
  assert.equal((await plan()).state, "over");
  assert.equal((await server.get("/campaigns/news")).state, "finished");
  assert.equal(sender.SOJOURN_FROM.includes("@sender.example"), true);
});
