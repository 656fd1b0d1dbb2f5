// Outgoing webhooks: a receiver is told what happens, knows by a library of Standard Webhooks that we tell it, and is
// told again what it did not take; also after a crash. What takes nothing for days is switched off.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { eventually } from "./support/eventually.mjs";
import { Peer } from "./support/peer.mjs";
import { Server } from "./support/server.mjs";

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

const subscribe = (server, url, events) =>
  server.api("POST", "/webhook-endpoints", { url: `${url}/told?by=sojourn`, events });

const identify = async (server, userId) => {
  const traits = { email: `${userId}@example.com` };
  const answer = await server.ingest("identify", { userId, traits });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
};

const viewPricing = async (server, userId) => {
  const page = { userId, name: "Pricing", properties: { path: "/pricing" } };
  assert.equal((await server.ingest("page", page)).status, 200);
};

/** What came, verified as a receiver does it, by the kind of what it tells. */
const told = (peer, secret) =>
  peer.requests.map(({ headers, body }) => ({
    id: headers["webhook-id"],
    ...new Webhook(secret).verify(body, headers),
  }));

const deliveries = (server, { id }, query = "") =>
  server.list(`/webhook-endpoints/${id}/deliveries?${query}`);

test("a receiver is told of contacts, segments, journeys, messages, clicks and consent, each once", async () => {
  const server = await startServer();
  const peer = await startPeer();
  await server.apply("examples/pricing-page");
  await identify(server, "before");
  await eventually("the first contact is there", () => server.contact("before"));
  const webhook = await subscribe(server, peer.url, [
    "contact.created",
    "segment.entered",
    "journey.entered",
    "message.sent",
    "message.opened",
    "message.clicked",
    "consent.changed",
  ]);
  assert.match(webhook.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  await identify(server, "ann");
  await viewPricing(server, "ann");
  await viewPricing(server, "ann");

  const kinds = () => peer.requests.map(({ body }) => JSON.parse(body).type);
  let mail;
  await eventually("the case study is told of", async () => {
    [mail] = await server.list("/mailbox?to=ann%40example.com");
    return mail && kinds().filter((kind) => kind === "message.sent").length === 2;
  });
  const { html } = await server.get(`/mailbox/${mail.id}`);
  const click = /href="([^"]*\/c\/[^"]*)"/.exec(html)[1].replaceAll("&amp;", "&");
  const unsubscribe = /href="([^"]*\/u\/[^"]*)"/.exec(html)[1].replaceAll("&amp;", "&");
  await fetch(click, {
    redirect: "manual",
    headers: { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" },
  });
  await eventually("the click is told of", () => kinds().includes("message.clicked"));
  const left = await fetch(unsubscribe, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "List-Unsubscribe=One-Click",
  });
  assert.equal(left.status, 200);
  await eventually("the opt-out is told of", () => kinds().includes("consent.changed"));

  const events = told(peer, webhook.secret);
  const of = (type) => events.filter((event) => event.type === type);
  for (const type of ["contact.created", "segment.entered", "message.sent", "message.clicked"]) {
    assert.ok(of(type).length > 0, `${type} was told of`);
  }
  assert.equal(of("contact.created").length, 1, "who was there before is not told of");
  const { contact } = of("contact.created")[0].data;
  assert.match(contact.id, /^c_/);
  assert.equal(contact.userId, "ann");
  assert.deepEqual(
    of("segment.entered").map(({ data }) => data.segment),
    ["hot-leads"],
  );
  assert.ok(of("journey.entered").some(({ data }) => data.journey === "hot-lead"));
  // Sales is told of her, too: by a message without a template.
  const sent = of("message.sent").find(({ data }) => data.message.step === "case-study");
  assert.equal(sent.data.contact.email, "ann@example.com");
  assert.equal(sent.data.message.journey, "hot-lead");
  assert.equal(sent.data.message.template, "case-study");
  assert.equal(of("message.clicked")[0].data.message.id, sent.data.message.id);
  assert.match(of("message.clicked")[0].data.properties.url, /^https?:/);
  assert.equal(of("consent.changed")[0].data.state, "opted_out");

  const ids = events.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length, "nothing is told twice");
  await eventually("all are struck off", async () => {
    return (await deliveries(server, webhook, "state=waiting")).length === 0;
  });
  const kept = await deliveries(server, webhook, "state=delivered");
  assert.deepEqual(new Set(kept.map(({ webhookId }) => webhookId)), new Set(ids));
  const detail = await server.get(`/webhook-endpoints/${webhook.id}/deliveries/${kept[0].id}`);
  assert.deepEqual(
    detail.log.map(({ status, error }) => ({ status, error })),
    [{ status: 204, error: null }],
  );
  assert.equal(JSON.parse(detail.body).type, kept[0].event);
});

test("a failed call is tried again under its id, and one that was given up can be sent again", async () => {
  let status = 500;
  const server = await startServer();
  const peer = await startPeer(() => ({ status }));
  const webhook = await subscribe(server, peer.url, ["contact.created"]);
  await identify(server, "ann");
  const only = async () => (await deliveries(server, webhook))[0];
  await eventually("the first attempt failed", async () => (await only())?.attempts === 1);
  assert.equal((await only()).status, 500);
  assert.ok((await server.get(`/webhook-endpoints/${webhook.id}`)).failingSince);
  for (let attempts = 2; attempts <= 10; attempts += 1) {
    await server.advance("24h");
    await eventually(`attempt ${attempts} is made`, async () => {
      return (await only()).attempts === attempts || (await only()).state === "failed";
    });
    // Five days without an answer switch it off, before the tenth attempt: see below.
    if (!(await server.get(`/webhook-endpoints/${webhook.id}`)).on) break;
  }
  const off = await server.get(`/webhook-endpoints/${webhook.id}`);
  assert.deepEqual([off.on, off.offReason], [false, "failing"]);
  const ids = new Set(peer.requests.map(({ headers }) => headers["webhook-id"]));
  assert.equal(ids.size, 1, "every attempt has the same id");

  // People are told, and the audit log says who did it.
  const { needsAttention } = await server.get("/home");
  assert.ok(needsAttention.some(({ code }) => code === "webhooks_off"));
  const [line] = await server.list("/audit?action=webhook.switched_off");
  assert.deepEqual([line.actor, line.detail], ["sojourn", "failing"]);
  await assert.rejects(
    server.api("POST", `/webhook-endpoints/${webhook.id}/test`, {}),
    /webhook_off/,
  );
  await identify(server, "meanwhile");
  await eventually("who came meanwhile is there", () => server.contact("meanwhile"));

  status = 204;
  await server.api("PATCH", `/webhook-endpoints/${webhook.id}`, { on: true });
  await server.advance("24h");
  await eventually("it was delivered in the end", async () => (await only()).state === "delivered");
  assert.equal((await server.get(`/webhook-endpoints/${webhook.id}`)).failingSince, null);
  const before = peer.requests.length;
  const again = await server.api(
    "POST",
    `/webhook-endpoints/${webhook.id}/deliveries/${(await only()).id}/replay`,
    {},
  );
  await eventually("it is sent again", () => peer.requests.length === before + 1);
  assert.equal(peer.requests.at(-1).headers["webhook-id"], again.webhookId);
  assert.deepEqual([...ids], [again.webhookId]);
  const types = new Set(told(peer, webhook.secret).map(({ data }) => data.contact.userId));
  assert.deepEqual([...types], ["ann"], "what happens while it is off is not told");
});

test("kill -9 while calls are open: they are made again under their ids, and nothing is lost", async () => {
  let answered = false;
  const server = await startServer();
  const peer = await startPeer(() => (answered ? { status: 200 } : new Promise(() => undefined)));
  const webhook = await subscribe(server, peer.url, ["contact.created"]);
  const people = Array.from({ length: 30 }, (_, i) => `person-${i}`);
  for (const userId of people) await identify(server, userId);
  await eventually("calls are open", () => peer.requests.length >= 8);
  await server.kill9();
  answered = true;
  await server.launch();
  await eventually("everybody is told of", async () => {
    return (await deliveries(server, webhook, "state=delivered")).length === people.length;
  });
  const names = new Map();
  for (const { id, data } of told(peer, webhook.secret)) names.set(id, data.contact.userId);
  assert.deepEqual([...names.values()].sort(), [...people].sort());
  assert.equal(names.size, people.length, "one id a thing");
});

test("a secret is replaced with a day in which both sign", async () => {
  const server = await startServer();
  const peer = await startPeer();
  const webhook = await subscribe(server, peer.url, ["contact.created"]);
  const test = () => server.api("POST", `/webhook-endpoints/${webhook.id}/test`, {});
  const latest = async (count) => {
    await eventually(`call ${count} came`, () => peer.requests.length === count);
    return peer.requests[count - 1];
  };
  const verify = (secret, { body, headers }) => new Webhook(secret).verify(body, headers);
  await test();
  assert.equal(verify(webhook.secret, await latest(1)).type, "webhook.test");

  const rotated = await server.api("POST", `/webhook-endpoints/${webhook.id}/secret`, {});
  assert.notEqual(rotated.secret, webhook.secret);
  assert.ok(rotated.oldSecretUntil);
  await test();
  verify(webhook.secret, await latest(2));
  verify(rotated.secret, await latest(2));
  await server.advance("25h");
  await test();
  verify(rotated.secret, await latest(3));
  assert.throws(() => verify(webhook.secret, peer.requests[2]));
  const shown = await server.get(`/webhook-endpoints/${webhook.id}`);
  assert.deepEqual([shown.secret, shown.oldSecretUntil], [undefined, null]);
});

test("a receiver that answers 410 is switched off at once, one that redirects is not followed", async () => {
  const server = await startServer();
  const elsewhere = await startPeer();
  const moved = await startPeer(() => ({ status: 307, headers: { Location: elsewhere.url } }));
  const gone = await startPeer(() => ({ status: 410 }));
  const first = await subscribe(server, moved.url, ["contact.created"]);
  const second = await subscribe(server, gone.url, ["contact.created"]);
  await identify(server, "ann");
  await eventually("it is off", async () => {
    return (await server.get(`/webhook-endpoints/${second.id}`)).offReason === "gone";
  });
  await eventually("the redirect is an answer", async () => {
    return (await deliveries(server, first))[0]?.status === 307;
  });
  assert.equal(elsewhere.requests.length, 0);
});

test("without leave of the operator nothing inside the network is called", async () => {
  const server = await startServer({});
  const peer = await startPeer();
  const { port } = new URL(peer.url);
  for (const name of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"]) {
    const webhook = await subscribe(server, `http://${name}:${port}`, ["contact.created"]);
    await server.api("POST", `/webhook-endpoints/${webhook.id}/test`, {});
    await eventually(`${name} is refused`, async () => {
      return (await deliveries(server, webhook))[0].error === "address_refused";
    });
    assert.equal((await deliveries(server, webhook))[0].state, "failed");
  }
  assert.equal(peer.requests.length, 0);
});

test("who is erased is gone from what was told, too", async () => {
  const server = await startServer();
  const peer = await startPeer();
  const webhook = await subscribe(server, peer.url, ["contact.created"]);
  await identify(server, "ann");
  await identify(server, "bob");
  await eventually("both are told of", async () => {
    return (await deliveries(server, webhook, "state=delivered")).length === 2;
  });
  await server.api("DELETE", "/contacts/ann");
  const left = await deliveries(server, webhook);
  assert.equal(left.length, 1);
  const { body } = await server.get(`/webhook-endpoints/${webhook.id}/deliveries/${left[0].id}`);
  assert.equal(JSON.parse(body).data.contact.userId, "bob");
});

test("a campaign's begin and end are told of", async () => {
  const server = await startServer();
  const peer = await startPeer();
  const webhook = await subscribe(server, peer.url, ["campaign.started", "campaign.finished"]);
  await identify(server, "ann");
  const html = "<p>Hello</p><a href='{{ unsubscribe_url }}'>out</a> {{ workspace.postal_address }}";
  await server.api("POST", "/definitions/apply", {
    files: [
      {
        path: "templates/news.yaml",
        text: `kind: template\nkey: news\nname: News\nsubject: News\nhtml: "${html}"\n`,
      },
      {
        path: "campaigns/hello.yaml",
        text: "kind: campaign\nkey: hello\nname: Hello\naudience: everyone\ntemplate: news\n",
      },
    ],
    yes: true,
  });
  await eventually("she is there", () => server.contact("ann"));
  await server.api("POST", "/campaigns/hello/start", {});
  await server.advance("2m"); // It holds for a minute before it begins.
  await eventually("both were told", () => peer.requests.length === 2);
  // Calls that are under way together come in any order.
  assert.deepEqual(
    told(peer, webhook.secret)
      .map(({ type, data }) => `${type} ${data.campaign}`)
      .sort(),
    ["campaign.finished hello", "campaign.started hello"],
  );
});
