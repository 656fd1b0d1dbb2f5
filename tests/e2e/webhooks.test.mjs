// The webhook step: the peer's answer chooses the branch, failures are tried again, a crash repeats the
// call under its id, and nothing inside the network is reachable unless the operator says so. And the
// doors in: webhooks of others, and entries by the API.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { afterEach, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { Peer } from "./support/peer.mjs";
import { Server } from "./support/server.mjs";

const patienceMs = 30_000;

const open = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each();
});

async function startPeer(answer) {
  const peer = await Peer.start(answer);
  open.push(() => peer.stop());
  return peer;
}

/** A server that may call loopback, where the peers are. */
async function startServer(env = { SOJOURN_WEBHOOK_ALLOW: "127.0.0.0/8" }) {
  const server = await Server.start({ env });
  open.push(() => server.remove());
  return server;
}

/** A journey that calls the peer and goes as its answer says: an event tells which way. */
const journey = (url) => `kind: journey
key: ask
name: Ask the peer
trigger: {event: Lead Found}
steps:
  - id: call
    webhook:
      url: "${url}/leads/{{ event.lead }}?from=sojourn"
      headers: {X-Team: sales}
      body: {source: "{{ event.source }}", kind: lead}
      attempts: 3
      save_as: lead
      then:
        - id: grade
          branch:
            arms:
              - name: hot
                when: {attribute: run.lead.body.grade, is: hot}
                steps:
                  - id: hot
                    track: {event: Went Hot}
                  - id: stop-hot
                    exit: hot
        - id: cold
          track: {event: Went Cold}
        - id: stop-cold
          exit: cold
      otherwise:
        - id: failed
          track: {event: Call Failed}
        - id: stop-failed
          exit: failed
`;

const applyJourney = (server, url) =>
  server.api("POST", "/definitions/apply", {
    files: [{ path: "journeys/ask.yaml", text: journey(url) }],
    yes: true,
  });

async function findLead(server, userId) {
  const answer = await server.ingest("track", {
    userId,
    event: "Lead Found",
    messageId: `found-${userId}`,
    properties: { source: "fair", lead: userId },
  });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

/** The event by which the contact's journey told its way. */
const wayOf = (server, userId) =>
  eventually(
    `the journey of ${userId} goes on`,
    async () => {
      const ways = ["Went Hot", "Went Cold", "Call Failed"];
      const events = await server.list("/events");
      const told = events.filter(
        ({ name, contact }) => ways.includes(name) && contact?.userId === userId,
      );
      assert.ok(told.length <= 1, "it goes one way, once");
      return told[0]?.name;
    },
    patienceMs,
  );

const json = (value) => ({
  status: 200,
  body: JSON.stringify(value),
  headers: { "Content-Type": "application/json" },
});

/** As a receiver does it by the specification of Standard Webhooks. */
function assertSigned(request, secret) {
  const { headers, body } = request;
  const age = Date.now() / 1000 - Number(headers["webhook-timestamp"]);
  assert.ok(Math.abs(age) < 300, `the timestamp is ${age} s old`);
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const wanted = `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
  assert.equal(headers["webhook-signature"], wanted);
}

test("the answer chooses the branch", async () => {
  const peer = await startPeer(({ path }) =>
    json({ grade: path.includes("ann") ? "hot" : "cold" }),
  );
  const server = await startServer();
  await applyJourney(server, peer.url);
  await findLead(server, "ann");
  await findLead(server, "ben");
  assert.equal(await wayOf(server, "ann"), "Went Hot");
  assert.equal(await wayOf(server, "ben"), "Went Cold");

  assert.equal(peer.requests.length, 2);
  const request = peer.requests.find(({ path }) => path.startsWith("/leads/ann"));
  assert.equal(request.method, "POST");
  assert.equal(request.path, "/leads/ann?from=sojourn");
  assert.equal(request.headers["x-team"], "sales");
  assert.equal(request.headers["content-type"], "application/json");
  assert.deepEqual(JSON.parse(request.body), { source: "fair", kind: "lead" });
  const { secret } = await server.get("/webhooks/secret");
  for (const each of peer.requests) assertSigned(each, secret);
  const ids = new Set(peer.requests.map(({ headers }) => headers["webhook-id"]));
  assert.equal(ids.size, 2, "each call has an id of its own");
});

test("a peer that fails is tried again under the same id, and what stays failed takes the other way", async () => {
  const peer = await startPeer(({ path }, { length }) =>
    path.includes("ann") && length > 1 ? json({ grade: "hot" }) : { status: 503 },
  );
  const server = await startServer();
  await applyJourney(server, peer.url);
  await findLead(server, "ann");
  assert.equal(await wayOf(server, "ann"), "Went Hot");
  assert.equal(peer.requests.length, 2);
  assert.equal(peer.requests[0].headers["webhook-id"], peer.requests[1].headers["webhook-id"]);

  await findLead(server, "ben");
  assert.equal(await wayOf(server, "ben"), "Call Failed");
  assert.equal(peer.requests.length, 2 + 3, "three attempts");
});

test("kill -9 while a call is open: it is made again under its id, and the run goes on", async () => {
  let answered = false;
  const peer = await startPeer(() =>
    answered ? json({ grade: "hot" }) : new Promise(() => undefined),
  );
  const server = await startServer();
  await applyJourney(server, peer.url);
  await findLead(server, "ann");
  await eventually("the call is open", () => peer.requests.length === 1);
  await server.kill9();
  answered = true;
  await server.launch();
  assert.equal(await wayOf(server, "ann"), "Went Hot");
  assert.equal(peer.requests.length, 2);
  assert.equal(peer.requests[1].headers["webhook-id"], peer.requests[0].headers["webhook-id"]);
  assert.equal(peer.requests[1].body, peer.requests[0].body);

  await server.restart();
  assert.equal(await wayOf(server, "ann"), "Went Hot");
  assert.equal(peer.requests.length, 2, "an answered call is not made again");
});

test("without leave of the operator no call reaches loopback, by whatever name", async () => {
  const peer = await startPeer(() => json({ grade: "hot" }));
  const server = await startServer({});
  const { port } = new URL(peer.url);
  const names = ["127.0.0.1", "localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]"];
  for (const [index, name] of names.entries()) {
    await applyJourney(server, `http://${name}:${port}`);
    await findLead(server, `ann-${index}`);
    assert.equal(await wayOf(server, `ann-${index}`), "Call Failed", name);
  }
  assert.equal(peer.requests.length, 0);
});

test("a list of allowed addresses that cannot be read is refused at the start", async () => {
  const refused = await Server.prepare({ env: { SOJOURN_WEBHOOK_ALLOW: "inside" } });
  await assert.rejects(refused.launch(), /SOJOURN_WEBHOOK_ALLOW cannot be read/);
  await refused.remove();
});

/** A journey that another service starts, and one that only the API does. */
const started = (key, trigger) => ({
  path: `journeys/${key}.yaml`,
  text: `kind: journey
key: ${key}
name: ${key}
trigger: ${trigger}
steps:
  - id: plan
    branch:
      arms:
        - name: pro
          when: {attribute: event.deal.plan, is: pro}
          steps:
            - id: pro
              track: {event: Went Pro}
            - id: stop-pro
              exit: pro
  - id: stop-other
    exit: other
`,
});

async function startDoors() {
  const server = await startServer();
  const files = [started("lead", "{webhook: crm}"), started("by-hand", "{entry: true}")];
  await server.api("POST", "/definitions/apply", { files, yes: true });
  return server;
}

/** The contact's runs, once one of them went the way of a pro. */
const runsOfPro = (server, userId) =>
  eventually(
    "the journey goes on",
    async () => {
      const events = await server.list("/events");
      const told = events.some(
        ({ name, contact }) => name === "Went Pro" && contact?.userId === userId,
      );
      return told && (await server.contact(userId)).runs;
    },
    patienceMs,
  );

async function callHook(url, body, headers = {}) {
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

test("another service starts a journey, once however often it sends", async () => {
  const server = await startDoors();
  const { items } = await server.get("/webhooks");
  assert.deepEqual(
    items.map(({ key, journeys }) => ({ key, journeys })),
    [{ key: "crm", journeys: ["lead"] }],
  );
  const [{ url }] = items;
  assert.ok(url.startsWith(`${server.url}/hooks/`), url);

  const deal = { customer: { id: "ann" }, deal: { plan: "pro" } };
  for (let times = 0; times < 2; ++times) {
    const taken = await callHook(`${url}?user_id=customer.id`, deal, { "webhook-id": "msg_1" });
    assert.equal(taken.status, 202, JSON.stringify(taken.body));
  }
  const runs = await runsOfPro(server, "ann");
  assert.deepEqual(
    runs.map(({ journey: key, state }) => ({ key, state })),
    [{ key: "lead", state: "exited" }],
  );
  const events = await server.list("/events?q=Webhook");
  assert.equal(events.filter(({ name }) => name === "Webhook Received").length, 1);

  const nobody = await callHook(url, deal);
  assert.equal(nobody.status, 422);
  assert.equal(nobody.body.code, "no_contact_named");
  const forged = await callHook(`${url.slice(0, -4)}AAAA`, deal);
  assert.equal(forged.status, 404);
  const tooLong = await callHook(url, { userId: "ann", fill: "x".repeat(64 * 1024) });
  assert.equal(tooLong.status, 413);
});

test("the API puts a contact into a journey, and makes one where it is asked to", async () => {
  const server = await startDoors();
  const enter = (body) => server.api("POST", "/journeys/by-hand/enter", body);
  await assert.rejects(enter({ userId: "ben" }), { status: 404 });
  const entry = {
    userId: "ben",
    create: true,
    data: { deal: { plan: "pro" } },
    messageId: "order-1",
  };
  await enter(entry);
  await enter(entry);
  const runs = await runsOfPro(server, "ben");
  assert.equal(runs.length, 1);
});
