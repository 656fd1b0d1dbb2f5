// `sojourn serve --store postgresql://…`: the story, kill -9, a database that goes away, a second process, a backup.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { inboxes } from "./support/inboxes.mjs";
import { startPostgres } from "./support/postgres.mjs";
import { Server } from "./support/server.mjs";

const emailOf = (userId) => `${userId}@visitor.example`;

async function view(server, userId, messageId) {
  const answer = await server.ingest("page", {
    userId,
    messageId,
    properties: { path: "/pricing" },
    context: { traits: { email: emailOf(userId), firstName: "Ana", industry: "retail" } },
  });
  return answer.status;
}

const sent = async (server) =>
  (await server.list("/messages")).filter(({ status }) => status === "sent");

describe("a workspace in PostgreSQL", () => {
  let inbox;
  let postgres;
  let server;
  before(async () => {
    postgres = await startPostgres();
    await postgres.ask("postgres", "CREATE DATABASE shop");
    inbox = await inboxes["npm smtp-server"]();
    server = await Server.start({ env: inbox.env, args: ["--store", postgres.url("shop")] });
    await server.apply("examples/pricing-page");
  });
  after(async () => {
    await server?.remove();
    await inbox?.close();
    await postgres?.remove();
  });

  test("carries the story: two visits, one mail each, once, also after kill -9", async () => {
    assert.equal(await view(server, "ana", "ana-1"), 200);
    assert.equal(await view(server, "ana", "ana-2"), 200);
    await eventually(
      "Ana and the team got their mails",
      async () => (await sent(server)).length === 2,
    );
    const contact = await server.contact("ana");
    await server.kill9();
    await server.launch();
    assert.deepEqual((await server.contact("ana")).attributes, contact.attributes);
    assert.equal(await view(server, "ana", "ana-2"), 200);
    assert.equal((await server.eventsWith(["ana-1", "ana-2"])).length, 2);
    await server.advance("1h");
    assert.equal((await sent(server)).length, 2);
    assert.equal((await inbox.mailsTo(emailOf("ana"), server)).length, 1);
  });

  test("keeps words that PostgreSQL's text could not hold", async () => {
    const words = { zero: "a\u0000b", mark: "a\u001ab", plain: "ab" };
    for (const [userId, firstName] of Object.entries(words)) {
      const answer = await server.ingest("identify", { userId, traits: { firstName } });
      assert.equal(answer.status, 200);
      await eventually("the contact is there", async () => (await server.contact(userId)) !== null);
      assert.equal((await server.contact(userId)).attributes.firstName.value, firstName);
    }
  });

  test("says so while the database is away, and goes on when it is back, with all that was acknowledged", async () => {
    const acknowledged = [];
    const seen = new Set();
    const come = async (id) => {
      const status = await view(server, id, `view-${id}`);
      seen.add(status);
      if (status === 200) acknowledged.push(`view-${id}`);
      return status;
    };
    for (let i = 0; i < 20; i++) await come(`before-${i}`);
    await postgres.stop();
    for (let i = 0; i < 3; i++) assert.equal(await come(`away-${i}`), 503);
    await postgres.start();
    await eventually("events are taken again", async () => (await come("back")) === 200);
    for (let i = 0; i < 20; i++) assert.equal(await come(`after-${i}`), 200);
    assert.equal((await server.eventsWith(acknowledged)).length, acknowledged.length);
    await eventually(
      "the last one is a contact",
      async () => (await server.contact("after-19")) !== null,
    );
  });

  test("is of one process", async () => {
    const second = await Server.prepare({ args: ["--store", postgres.url("shop")] });
    await assert.rejects(second.launch(), /in use by another process/);
    await second.remove().catch(() => {});
  });

  test("is copied by PostgreSQL's own tools", async () => {
    const { code, stderr } = await server.run(["backup", "/tmp/never-made"]);
    assert.notEqual(code, 0);
    assert.match(stderr, /pg_dump/);
  });

  test("lies in a table a month", async () => {
    const months = await postgres.ask("shop", "SELECT count(DISTINCT tableoid) > 0 FROM event");
    assert.equal(months, "t");
  });
});
