// Static lists: made by hand and from a segment, changed by the API, and whole after a restart.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { Server } from "./support/server.mjs";

let server;
let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sojourn-lists-"));
  await mkdir(path.join(folder, "segments"));
  await writeFile(
    path.join(folder, "segments", "germans.yaml"),
    "kind: segment\nkey: germans\nname: Germans\nwhere: country is DE\n",
  );
  server = await Server.start();
  await server.apply(folder);
  for (const [userId, country] of [
    ["ann", "DE"],
    ["ben", "DE"],
    ["cleo", "FR"],
  ]) {
    const traits = { country, email: `${userId}@visitor.example` };
    assert.equal((await server.ingest("identify", { userId, traits })).status, 200);
  }
  await eventually("two members", async () => (await server.get("/segments/germans")).size === 2);
});
after(async () => {
  await server?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const on = async (list) =>
  (await server.list(`/lists/${list}/contacts`)).map(({ userId }) => userId).sort();

test("a snapshot holds who was in the segment, also when they leave it", async () => {
  const job = await server.api("POST", "/segments/germans/snapshot", {
    list: "germans-then",
    name: "Germans then",
  });
  const done = await eventually("the snapshot ends", async () => {
    const now = await server.get(`/jobs/${job.id}`);
    return ["done", "failed"].includes(now.state) && now;
  });
  assert.equal(done.error, null);
  assert.equal(done.state, "done");
  assert.equal(done.counts.listed, 2);
  await server.ingest("identify", { userId: "ann", traits: { country: "AT" } });
  await eventually("Ann leaves", async () => (await server.get("/segments/germans")).size === 1);
  assert.deepEqual(await on("germans-then"), ["ann", "ben"]);
  assert.deepEqual(await server.get("/lists/germans-then"), {
    key: "germans-then",
    name: "Germans then",
    size: 2,
  });
});

test("contacts are put on a list and taken off it by any of their names", async () => {
  await server.api("POST", "/lists", { key: "vip" });
  const { id } = await server.contact("ben");
  const list = await server.api("POST", "/lists/vip/contacts", {
    add: ["cleo@visitor.example", id, "ann"],
  });
  assert.equal(list.size, 3);
  assert.equal((await server.api("POST", "/lists/vip/contacts", { remove: ["ann"] })).size, 2);
  // Again at once, while the clock stands still.
  assert.equal((await server.api("POST", "/lists/vip/contacts", { add: ["ann"] })).size, 3);
  assert.equal((await server.api("POST", "/lists/vip/contacts", { remove: ["ann"] })).size, 2);
  assert.deepEqual(await on("vip"), ["ben", "cleo"]);
  const { count } = await server.api("POST", "/segments/count", {
    where: "in list vip",
    wait: true,
  });
  assert.equal(count, 2);
});

test("what names nobody, or a list that is there, changes nothing", async () => {
  await assert.rejects(
    server.api("POST", "/lists/vip/contacts", { add: ["ann", "nobody"] }),
    ({ problem }) => problem.code === "unknown_contact" && problem.field === "add[1]",
  );
  await assert.rejects(
    server.api("POST", "/lists/vip/contacts", { add: ["ann"], remove: ["ben", "ann"] }),
    ({ problem }) => problem.code === "named_twice" && problem.field === "remove[1]",
  );
  assert.deepEqual(await on("vip"), ["ben", "cleo"]);
  await assert.rejects(
    server.api("POST", "/lists", { key: "vip" }),
    ({ status, problem }) => status === 409 && problem.code === "list_exists",
  );
  await assert.rejects(
    server.api("POST", "/segments/germans/snapshot", { list: "vip" }),
    ({ problem }) => problem.code === "list_exists",
  );
  await assert.rejects(
    server.get("/lists/nobody-knows/contacts"),
    ({ status, problem }) => status === 404 && problem.code === "unknown_list",
  );
});

test("lists are whole after a restart, and lose who is erased", async () => {
  await server.restart();
  assert.deepEqual(await on("vip"), ["ben", "cleo"]);
  const { id } = await server.contact("cleo");
  await server.api("DELETE", `/contacts/${id}`);
  assert.equal((await server.get("/lists/vip")).size, 1);
});
