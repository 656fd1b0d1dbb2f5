// A data folder that holds what a newer server refuses: it starts, says so in its log, in the API and in
// `plan`, leaves everything else in force, and is as new once a corrected file is applied.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { ApiError, Server } from "./support/server.mjs";

const score = (cap) =>
  `kind: score\nkey: lead\nrules:\n  - {key: a, event: Bought, points: 10, cap: ${cap}}\n`;
const hot = "kind: segment\nkey: hot\nwhere: {score: lead, at_least: 20}\n";
const buyers = "kind: segment\nkey: buyers\nwhere: {did: {event: Bought, at_least: 3}}\n";

describe("a definition that an update refuses", () => {
  let server;
  let folder;
  before(async () => {
    server = await Server.start();
    folder = await mkdtemp(path.join(tmpdir(), "sojourn-aside-"));
  });
  after(async () => {
    await server?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  let sent = 0;
  const bought = async (userId) => {
    const messageId = `m${++sent}`;
    const answer = await server.ingest("track", { userId, event: "Bought", messageId });
    assert.equal(answer.status, 200);
  };
  const members = async (key) => (await server.get(`/segments/${key}`)).size;
  const refusal = async (promise) => {
    const error = await promise.then(
      () => assert.fail("it was answered"),
      (refused) => refused,
    );
    assert.ok(error instanceof ApiError, String(error));
    return error.problem;
  };

  test("the server starts and tells what is set aside", async () => {
    const files = { "lead.yaml": score(100), "hot.yaml": hot, "buyers.yaml": buyers };
    for (const [name, text] of Object.entries(files))
      await writeFile(path.join(folder, name), text);
    await server.command("apply", folder, "--yes");
    await bought("ann");
    await bought("ann");
    await eventually("ann is hot", async () => (await members("hot")) === 1);
    await server.stop();

    const database = new DatabaseSync(path.join(server.data, "state.db"));
    database.exec("UPDATE definition SET source = replace(source, 'cap: 100', 'cap: 0')");
    database.close();
    await server.launch();

    assert.match(server.log.join("\n"), /definition set aside.*key=lead.*code=out_of_range/);
    const { items } = await server.get("/definitions");
    const aside = Object.fromEntries(items.map((each) => [each.key, each.setAside]));
    assert.equal(aside.lead[0].code, "out_of_range");
    assert.match(aside.lead[0].message, /^rules\[0\]\.cap is 0/);
    assert.equal(aside.lead[0].line, 4);
    assert.equal(aside.hot[0].code, "reads_set_aside");
    assert.deepEqual(aside.buyers, []);
    assert.equal((await refusal(server.get("/scores/lead"))).code, "set_aside");
    assert.equal((await refusal(server.get("/segments/hot"))).code, "set_aside");

    await bought("ann");
    await eventually("what is in order is evaluated", async () => (await members("buyers")) === 1);
  });

  test("plan names it, and a corrected file brings it back with what happened meanwhile", async () => {
    const others = await mkdtemp(path.join(tmpdir(), "sojourn-others-"));
    await writeFile(path.join(others, "vips.yaml"), "kind: list\nkey: vips\n");
    const planned = await server.command("plan", others).catch((error) => error);
    assert.equal(planned.code, 2);
    assert.match(planned.stdout, /set aside: score\/lead version 1/);
    assert.match(planned.stdout, /lead\.yaml:4: rules\[0\]\.cap is 0.*\[out_of_range\]/);
    await server.command("apply", others, "--yes");
    await rm(others, { recursive: true, force: true });

    await writeFile(path.join(folder, "lead.yaml"), score(50));
    await server.command("apply", folder, "--yes");
    await eventually("the segment is ready", async () => {
      const segment = await server.get("/segments/hot");
      return segment.state === "ready" && segment.size === 1;
    });
    const { items } = await server.get("/definitions");
    assert.ok(items.every((each) => each.setAside.length === 0));
  });
});
