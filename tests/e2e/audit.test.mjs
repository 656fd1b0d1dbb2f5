// The audit log: every call that changes something leaves the lines that it should and no other, the command line follows
// the chain, and a line that was changed or cut off behind the server's back is found.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { png } from "./support/pictures.mjs";
import { keys, repository, Server } from "./support/server.mjs";

const vera = { email: "vera@example.com", password: "a horse of her own" };
const segment = (name) =>
  `kind: segment\nkey: visitors\nname: ${name}\nwhere:\n  did: { event: Page Viewed, at_least: 1 }\n`;

let server;
let folder;
let cookie;
let secret;
let stepsUsed = 0;

before(async () => {
  server = await Server.start();
  folder = await mkdtemp(path.join(tmpdir(), "sojourn-audit-"));
  await server.apply("examples/pricing-page");
  for (const userId of ["ann", "bob", "cem", "dan"]) {
    const traits = { email: `${userId}@example.com` };
    assert.equal((await server.ingest("identify", { userId, traits })).status, 200);
  }
  await eventually("the contacts are there", () => server.contact("dan"));
});

after(async () => {
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** As Vera, by her cookie. A new one that the answer sets is hers from then on. */
async function asVera(method, route, body) {
  const answer = await fetch(`${server.url}/api/v1${route}`, {
    method,
    headers: {
      "Content-Type": "application/json",
      "X-Sojourn-Csrf": "1",
      ...(cookie ? { Cookie: cookie } : {}),
    },
    ...(method === "DELETE" ? {} : { body: JSON.stringify(body ?? {}) }),
  });
  const set = answer.headers.get("set-cookie");
  if (set) cookie = set.split(";")[0];
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${route}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** A call whose body is a picture. */
async function withPicture(method, route, bytes) {
  const answer = await fetch(`${server.url}/api/v1${route}`, {
    method,
    headers: { Authorization: `Bearer ${keys.api}`, "Content-Type": "application/octet-stream" },
    body: bytes,
  });
  assert.ok(answer.ok, `${method} ${route}: ${answer.status} ${await answer.text()}`);
}

/** RFC 6238: a code of the app that was not used, one step later each time. */
function nextCode() {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + stepsUsed));
  stepsUsed += 1;
  const digest = createHmac("sha1", key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

async function turnOn() {
  const start = await asVera("POST", "/second-factor/start", { password: vera.password });
  secret = start.secret;
  stepsUsed = 0;
  return asVera("POST", "/second-factor", { start: start.start, code: nextCode() });
}

async function job(id, state) {
  await eventually(`job ${id} is ${state}`, async () => {
    return (await server.get(`/jobs/${id}`)).state === state;
  });
}

let invitation;
let webhook;
let delivery;

/** In this order: what is called, how, and the actions of the lines that this leaves, oldest first. */
const changes = [
  [
    "POST /invitations",
    async () => {
      invitation = await server.api("POST", "/invitations", { email: vera.email, role: "viewer" });
    },
    ["invitation.created"],
  ],
  [
    "DELETE /invitations/{email}",
    () => server.api("DELETE", `/invitations/${vera.email}`),
    ["invitation.revoked"],
  ],
  [
    "POST /invitations/accept",
    async () => {
      const token = invitation.link.split("#")[1];
      await asVera("POST", "/invitations/accept", { token, password: vera.password });
    },
    ["invitation.accepted", "session.opened"],
    async () => {
      invitation = await server.api("POST", "/invitations", { email: vera.email, role: "viewer" });
    },
  ],
  [
    "POST /password",
    async () => {
      const password = "another of her own";
      await asVera("POST", "/password", { present: vera.password, password });
      vera.password = password;
    },
    ["user.password", "session.opened"],
  ],
  ["POST /second-factor", turnOn, ["user.second_factor_on", "session.opened"]],
  [
    "POST /second-factor/off",
    () => asVera("POST", "/second-factor/off", { code: nextCode() }),
    ["user.second_factor_off", "session.opened"],
  ],
  [
    "DELETE /team/{email}/second-factor",
    () => server.api("DELETE", `/team/${vera.email}/second-factor`),
    ["user.second_factor_reset"],
    turnOn,
  ],
  [
    "POST /session",
    () => asVera("POST", "/session", { email: vera.email, password: vera.password }),
    ["session.opened"],
  ],
  ["DELETE /session", () => asVera("DELETE", "/session"), ["session.closed"]],
  [
    "PUT /team/{email}",
    () => server.api("PUT", `/team/${vera.email}`, { role: "editor" }),
    ["user.role"],
  ],
  ["DELETE /team/{email}", () => server.api("DELETE", `/team/${vera.email}`), ["user.removed"]],
  [
    "PUT /definitions/{kind}/{key}",
    () => server.api("PUT", "/definitions/segment/visitors", { text: segment("Visitors") }),
    ["definition.publish"],
  ],
  [
    "POST /definitions/apply",
    () =>
      server.api("POST", "/definitions/apply", {
        files: [{ path: "segments/visitors.yaml", text: segment("All visitors") }],
      }),
    ["definition.publish"],
  ],
  [
    "POST /definitions/{kind}/{key}/rollback",
    () => server.api("POST", "/definitions/segment/visitors/rollback", { version: 1 }),
    ["definition.rollback"],
  ],
  [
    "DELETE /definitions/{kind}/{key}",
    () => server.api("DELETE", "/definitions/segment/visitors"),
    ["definition.archive"],
  ],
  [
    "PUT /catalogs/{key}/items",
    () => server.api("PUT", "/catalogs/products/items", [{ sku: "a" }, { sku: "b" }]),
    ["catalog.items"],
    () =>
      server.api("PUT", "/definitions/catalog/products", {
        text: "kind: catalog\nkey: products\nitem_key: sku\nfields: {title: text}\n",
      }),
  ],
  [
    "DELETE /catalogs/{key}/items/{item}",
    () => server.api("DELETE", "/catalogs/products/items/a"),
    ["catalog.items"],
  ],
  [
    "POST /assets",
    () => withPicture("POST", "/assets?name=logo.png&alt=Logo", png(40, 4)),
    ["definition.publish"],
  ],
  [
    "PUT /assets/{key}/picture",
    () => withPicture("PUT", "/assets/logo/picture", png(60, 4)),
    ["definition.publish"],
  ],
  [
    "PATCH /assets/{key}",
    () => server.api("PATCH", "/assets/logo", { alt: "Our logo" }),
    ["definition.publish"],
  ],
  ["DELETE /assets/{key}", () => server.api("DELETE", "/assets/logo"), ["definition.archive"]],
  ["POST /lists", () => server.api("POST", "/lists", { key: "friends" }), ["definition.publish"]],
  [
    "POST /journeys/{key}/pause",
    () => server.api("POST", "/journeys/hot-lead/pause", {}),
    ["journey.pause"],
  ],
  [
    "POST /journeys/{key}/resume",
    () => server.api("POST", "/journeys/hot-lead/resume", { overdue: "skip" }),
    ["journey.resume"],
  ],
  [
    "POST /sending/stop",
    () => server.api("POST", "/sending/stop", { reason: "prices" }),
    ["sending.stop"],
  ],
  ["POST /sending/resume", () => server.api("POST", "/sending/resume", {}), ["sending.resume"]],
  [
    "POST /suppressions",
    () => server.api("POST", "/suppressions", { addresses: ["eva@example.com"] }),
    ["suppression.add"],
  ],
  [
    "POST /suppressions/lift",
    () => server.api("POST", "/suppressions/lift", { addresses: ["eva@example.com"] }),
    ["suppression.lift"],
  ],
  [
    "POST /sender-domains",
    () => server.api("POST", "/sender-domains", { domain: "news.example" }),
    ["sender_domain.add"],
  ],
  [
    "POST /sender-domains/{domain}/activate",
    () => server.api("POST", "/sender-domains/news.example/activate", {}),
    ["sender_domain.activate"],
  ],
  [
    "POST /sender-domains/{domain}/rotate",
    () => server.api("POST", "/sender-domains/news.example/rotate", {}),
    ["sender_domain.rotate"],
  ],
  [
    "DELETE /sender-domains/{domain}",
    () => server.api("DELETE", "/sender-domains/news.example"),
    ["sender_domain.remove"],
  ],
  [
    "PATCH /contacts/{id}",
    () => server.api("PATCH", "/contacts/dan", { attributes: { plan: "pro" } }),
    ["contact.change"],
  ],
  [
    "POST /contacts/bulk",
    async () => {
      const bulk = { action: "add_to_list", list: "friends", where: "plan is pro" };
      await job((await server.api("POST", "/contacts/bulk", bulk)).id, "done");
    },
    ["job.submit"],
  ],
  [
    "POST /contacts/erase",
    async () => {
      const nobody = { where: "nobody", expected: 0 };
      await job((await server.api("POST", "/contacts/erase", nobody)).id, "done");
    },
    ["job.submit"],
  ],
  [
    "POST /contacts/{id}/merge",
    () => server.api("POST", "/contacts/bob/merge", { into: "ann" }),
    ["contact.merge"],
  ],
  ["DELETE /contacts/{id}", () => server.api("DELETE", "/contacts/cem"), ["contact.erase"]],
  ["GET /contacts/{id}/export", () => server.get("/contacts/ann/export"), ["contact.export"]],
  [
    "POST /exports",
    async () => {
      const { id } = await server.api("POST", "/exports", { subject: "contacts" });
      await job(id, "done");
    },
    ["job.submit"],
  ],
  [
    "POST /backup",
    () => server.api("POST", "/backup", { folder: path.join(folder, "backup") }),
    ["workspace.backup"],
  ],
  [
    "POST /webhook-endpoints",
    async () => {
      webhook = await server.api("POST", "/webhook-endpoints", {
        url: "https://receiver.example/hook",
        events: ["message.sent"],
      });
    },
    ["webhook.created"],
  ],
  [
    "PATCH /webhook-endpoints/{id}",
    () => server.api("PATCH", `/webhook-endpoints/${webhook.id}`, { description: "Ours" }),
    ["webhook.changed"],
  ],
  [
    "POST /webhook-endpoints/{id}/secret",
    () => server.api("POST", `/webhook-endpoints/${webhook.id}/secret`, {}),
    ["webhook.secret_rotated"],
  ],
  [
    "POST /webhook-endpoints/{id}/deliveries/{delivery}/replay",
    () =>
      server.api("POST", `/webhook-endpoints/${webhook.id}/deliveries/${delivery.id}/replay`, {}),
    ["webhook.replayed"],
    async () => {
      delivery = await server.api("POST", `/webhook-endpoints/${webhook.id}/test`, {});
    },
  ],
  [
    "DELETE /webhook-endpoints/{id}",
    () => server.api("DELETE", `/webhook-endpoints/${webhook.id}`),
    ["webhook.removed"],
  ],
  ["POST /clock", () => server.advance("1m"), ["clock.advance"]],
];

/** What changes something and is looked at elsewhere, or has its own record. */
const elsewhere = {
  "POST /setup": "session_test.cc",
  "POST /invitations/look": "changes nothing",
  "POST /second-factor/start": "changes nothing",
  "POST /webhook-endpoints/{id}/test": "its delivery",
  "POST /views": "what somebody sees of a page",
  "PATCH /views/{id}": "what somebody sees of a page",
  "DELETE /views/{id}": "what somebody sees of a page",
  "POST /contacts/{id}/consents": "the ledger of consent",
  "POST /lists/{key}/contacts": "the timelines of the contacts",
  "POST /journeys/{key}/enter": "the timeline of the contact",
  "POST /messages": "the timeline of the contact",
  "POST /pictures": "nothing shows it before a definition names it",
  "POST /uploads": "nothing is in force before it is imported",
  "PUT /uploads/{id}": "nothing is in force before it is imported",
  "POST /imports/preview": "changes nothing",
  "POST /imports": "transfer.test.mjs; a job, as exports",
  "POST /imports/{id}/undo": "transfer.test.mjs; a job, as exports",
  "POST /jobs/{id}/cancel": "jobs_test.cc",
  "POST /segments/{key}/snapshot": "lists.test.mjs; a job, as exports",
  "POST /backfill/cancel": "backfill_test.cc",
  "POST /backfill/start": "backfill_test.cc",
  "POST /journeys/{key}/steps/{step}/winner": "experiments_test.cc",
  "POST /campaigns/{key}/start": "campaigns_test.cc",
  "POST /campaigns/{key}/cancel": "campaigns_test.cc",
  "POST /campaigns/{key}/pause": "campaigns_test.cc",
  "POST /campaigns/{key}/resume": "campaigns_test.cc",
  "POST /campaigns/{key}/stop": "campaigns_test.cc",
};

/** Every operation of the API's description that is no GET, with its permission. */
async function operations() {
  const text = await readFile(path.join(repository, "src/api/openapi.yaml"), "utf8");
  const found = new Map();
  let route = "";
  let method = "";
  for (const line of text.split("\n")) {
    route = /^ {2}(\/\S*):$/.exec(line)?.[1] ?? route;
    method = /^ {4}(get|post|put|patch|delete):$/.exec(line)?.[1] ?? method;
    const permission = /^ {6}x-permission: (\w+)$/.exec(line)?.[1];
    if (permission && method !== "get") {
      found.set(`${method.toUpperCase()} ${route}`, permission);
    }
  }
  return found;
}

test("every call of the API that may change something is in one of the tables", async () => {
  const known = new Set([...changes.map(([name]) => name), ...Object.keys(elsewhere)]);
  const all = await operations();
  assert.ok(all.size > 50, `${all.size} operations were read`);
  // What asks for `read` only, and is in no table, is a question that is too long for an address.
  const missing = [...all].filter(
    ([name, permission]) => permission !== "read" && !known.has(name),
  );
  assert.deepEqual(missing, []);
  const gone = [...known].filter((name) => !name.startsWith("GET ") && !all.has(name));
  assert.deepEqual(gone, []);
});

for (const [name, call, actions, prepare] of changes) {
  test(`${name}: ${actions.join(", ")}`, async () => {
    await prepare?.();
    const newest = async () => (await server.get("/audit?limit=1")).items[0].sequence;
    const begin = await newest();
    await call();
    const lines = await server.list("/audit");
    const fresh = lines.filter(({ sequence }) => sequence > begin).reverse();
    assert.deepEqual(
      fresh.map(({ action }) => action),
      actions,
    );
    for (const { actor, client } of fresh) {
      assert.match(actor, /^(ak_|vera@)/);
      assert.equal(client, "127.0.0.1");
    }
  });
}

test("no secret stands in a line", async () => {
  const lines = JSON.stringify(await server.list("/audit"));
  for (const each of [
    keys.api,
    keys.server,
    keys.password,
    vera.password,
    secret,
    webhook.secret,
  ]) {
    assert.ok(each.length > 8 && !lines.includes(each), "a secret is in the audit log");
  }
});

test("the chain holds, and what was done behind the server's back is found", async () => {
  const right = await server.run(["audit", "verify"]);
  assert.equal(right.code, 0, right.stderr);
  const head = /^newest: (\d+:[0-9a-f]{64})$/m.exec(right.stdout)[1];
  assert.equal((await server.run(["audit", "verify", "--head", head])).code, 0);

  const tamper = async (sql) => {
    await server.stop();
    const database = new DatabaseSync(path.join(server.data, "state.db"));
    database.exec(sql);
    database.close();
    await server.launch();
  };
  await tamper("DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)");
  assert.equal((await server.run(["audit", "verify"])).code, 0, "what is left is whole");
  const cut = await server.run(["audit", "verify", "--head", head]);
  assert.equal(cut.code, 1);
  assert.match(cut.stderr, /is not there any more/);
  await tamper("UPDATE audit SET actor = 'nobody' WHERE sequence = 5");
  const changed = await server.run(["audit", "verify"]);
  assert.equal(changed.code, 1);
  assert.match(changed.stderr, /line 6 or line 5 was changed|line 5 or line 4 was changed/);
});
