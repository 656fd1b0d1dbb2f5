// The disk: a backup that is a server again, and a disk that is full for a while.
import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { inboxes } from "./support/inboxes.mjs";
import { keys, Server } from "./support/server.mjs";

const emailOf = (userId) => `${userId}@visitor.example`;

/** Views the pricing page, as the story's website tells it; resolves with the status. */
async function view(server, userId, messageId) {
  const answer = await server.ingest("page", {
    userId,
    messageId,
    properties: { path: "/pricing" },
    context: { traits: { email: emailOf(userId), firstName: "Ana", industry: "retail" } },
  });
  return answer.status;
}

describe("a backup that was taken while events came in", () => {
  let inbox;
  let server;
  let copy;
  let folder;
  before(async () => {
    inbox = await inboxes["npm smtp-server"]();
    server = await Server.start({ env: inbox.env });
    await server.apply("examples/pricing-page");
    folder = await mkdtemp(path.join(tmpdir(), "sojourn-backup-"));
  });
  after(async () => {
    await copy?.remove();
    await server?.remove();
    await inbox?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("is a server with the same people, rules, keys and mails, which sends nothing twice", async () => {
    assert.equal(await view(server, "ana", "ana-1"), 200);
    assert.equal(await view(server, "ana", "ana-2"), 200);
    const sent = async (from) =>
      (await from.list("/messages")).filter(({ status }) => status === "sent");
    await eventually(
      "Ana and the team got their mails",
      async () => (await sent(server)).length === 2,
    );

    // A visitor a moment, before, while and after the copy is made.
    const acknowledged = [];
    let going = true;
    const visitors = (async () => {
      for (let i = 0; going; i++) {
        if ((await view(server, `visitor-${i}`, `view-${i}`)) === 200)
          acknowledged.push(`view-${i}`);
      }
    })();
    await eventually("visitors come", () => acknowledged.length > 20);
    const before = acknowledged.length;
    const target = path.join(folder, "copy");
    await server.command("backup", target);
    going = false;
    await visitors;
    const contact = await server.contact("ana");
    const messages = await sent(server);
    const journeys = (await server.list("/journeys")).map(({ key }) => key);
    await server.stop();
    const mails = (await inbox.mailsTo(emailOf("ana"), server)).length;

    const names = await readdir(target);
    for (const name of ["log.db", "state.db", "secret.key"]) assert.ok(names.includes(name), name);
    copy = await Server.prepare({ env: inbox.env, unattended: false });
    await cp(target, copy.data, { recursive: true });
    await copy.launch();

    assert.deepEqual((await copy.contact("ana")).attributes, contact.attributes);
    assert.deepEqual(await sent(copy), messages);
    assert.deepEqual(
      (await copy.list("/journeys")).map(({ key }) => key),
      journeys,
    );
    const events = await copy.eventsWith(acknowledged.slice(0, before));
    assert.equal(
      events.length,
      before,
      "every event acknowledged before the backup is in it, once",
    );
    const session = await fetch(`${copy.url}/api/v1/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Sojourn-Csrf": "1" },
      body: JSON.stringify({ email: keys.email, password: keys.password }),
    });
    assert.ok(session.ok, `signing in: ${session.status}`);

    // Its message ids are known, too: what the sender repeats is no second event. And what was
    // sent stays sent, while the journey goes on.
    assert.equal(await view(copy, "ana", "ana-2"), 200);
    assert.equal((await copy.eventsWith(["ana-2"])).length, 1);
    await copy.advance("1h");
    assert.equal((await inbox.mailsTo(emailOf("ana"), copy)).length, mails);
  });
});

describe("a disk that is full", () => {
  let server;
  before(async () => {
    // A small disk of its own, which only the server and who asks by its process can see.
    server = await Server.prepare({ disk: "16m" });
    await server.launch();
  });
  after(() => server?.remove());

  test("takes no event that it cannot keep, says so, and goes on once there is room", async () => {
    const acknowledged = [];
    const refused = [];
    const seen = new Set();
    const track = async (messageId) => {
      const answer = await server.ingest("track", {
        userId: "ana",
        event: "Order Completed",
        messageId,
        properties: { note: "x".repeat(20_000) + Math.random() },
      });
      if (answer.status === 200) {
        acknowledged.push(messageId);
      } else {
        seen.add(`${answer.status} ${answer.body.code}`);
        assert.match(answer.headers.get("content-type"), /^application\/problem\+json/);
        assert.ok(answer.body.fix, "the problem says what to do");
        refused.push(messageId);
      }
      return answer.status;
    };
    assert.equal(await track("first"), 200);

    const disk = server.insideDisk();
    const filler = path.join(disk, "filler");
    for (let i = 0; (await statfs(disk)).bfree > 0; i++) {
      await writeFile(`${filler}-${i}`, Buffer.alloc(64 * 1024)).catch(() => {});
    }
    // The files had some room left within them.
    for (let i = 0; refused.length < 3 && i < 500; i++) await track(`full-${i}`);
    assert.deepEqual([...seen], ["503 disk_full"]);
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200, "the server is alive");
    assert.ok((await server.get("/home")).contacts >= 1, "what is there can be read");

    for (const name of await readdir(disk)) {
      if (name.startsWith("filler")) await rm(path.join(disk, name));
    }
    const again = refused.splice(0);
    for (const messageId of again) assert.equal(await track(messageId), 200, messageId);
    await eventually("everything acknowledged is stored once", async () => {
      const ids = (await server.list("/events")).map(({ messageId }) => messageId);
      return acknowledged.every((id) => ids.filter((one) => one === id).length === 1);
    });
    await eventually("and applied", async () => {
      const timeline = await server.list("/contacts/ana/timeline");
      const orders = timeline.filter(({ name }) => name === "Order Completed");
      return orders.length === acknowledged.length;
    });
  });
});
