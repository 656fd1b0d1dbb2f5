// A workspace as text, from the command line: what `export`, `plan`, `apply`, `history` and `rollback`
// print and write, their exit codes, and what two people do to each other's changes.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { Server } from "./support/server.mjs";

const files = {
  "leads.yaml": "kind: segment\nkey: leads\nwhere: plan is trial\n",
  "welcome.yaml": [
    "kind: journey",
    "key: welcome",
    "trigger: {segment_entered: leads}",
    "steps:",
    "  - {id: nudge, wait: 2 days}",
    "  - {id: mail, send: {template: hello}}",
    "",
  ].join("\n"),
  "hello.yaml": [
    "kind: template",
    "key: hello",
    "subject: Hello",
    "html: <p>Hello. {{ unsubscribe_url }} {{ workspace.postal_address }}</p>",
    "",
  ].join("\n"),
};

describe("a workspace as text", () => {
  let server;
  let mine;
  let theirs;
  before(async () => {
    server = await Server.start();
    mine = await mkdtemp(path.join(tmpdir(), "sojourn-mine-"));
    theirs = await mkdtemp(path.join(tmpdir(), "sojourn-theirs-"));
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(mine, name), text);
  });
  after(async () => {
    await server?.remove();
    for (const folder of [mine, theirs]) await rm(folder, { recursive: true, force: true });
  });

  const run = async (...args) => {
    try {
      return { code: 0, ...(await server.command(...args)) };
    } catch (error) {
      return error;
    }
  };
  const edit = async (folder, name, from, to) => {
    const file = path.join(folder, name);
    const text = await readFile(file, "utf8");
    assert.ok(text.includes(from), `${name} holds ${from}`);
    await writeFile(file, text.replace(from, to));
  };
  const identify = async (userId) => {
    const answer = await server.ingest("identify", {
      userId,
      traits: { email: `${userId}@example.com`, plan: "trial" },
    });
    assert.equal(answer.status, 200);
  };

  test("what was exported is what there is", async () => {
    assert.equal((await run("apply", mine, "--yes")).code, 0);
    const exported = await run("export", theirs);
    assert.equal(exported.code, 0, exported.stderr);
    assert.match(exported.stdout, /^3 written, 0 as they were$/m);
    for (const [name, text] of Object.entries(files)) {
      assert.equal(await readFile(path.join(theirs, name), "utf8"), text);
    }
    assert.deepEqual((await readdir(theirs)).sort(), [".sojourn", ...Object.keys(files).sort()]);
    for (const folder of [mine, theirs]) {
      const plan = await run("plan", folder);
      assert.deepEqual([plan.code, plan.stdout], [0, "nothing changes\n"]);
    }
  });

  test("a plan says what changes for whom, and ends with 2", async () => {
    await identify("ana");
    await identify("ben");
    await eventually("both wait", async () => {
      const plan = await run("plan", mine);
      return plan.code === 0 && (await server.get("/journeys/welcome")).counts.active === 2;
    });
    await edit(mine, "welcome.yaml", "2 days", "3 days");
    const plan = await run("plan", mine);
    assert.equal(plan.code, 2, plan.stdout);
    assert.match(plan.stdout, /^changed +journey welcome +\(2 contacts inside\)$/m);
    assert.match(plan.stdout, /^ +step nudge: wait 2 days -> wait 3 days$/m);
    assert.match(plan.stdout, /^ +nudge +2 stay on their version$/m);
    assert.equal((await server.get("/definitions/journey/welcome")).version, 1);
    assert.equal((await run("apply", mine, "--yes")).code, 0);
    assert.equal((await run("plan", mine)).code, 0);
  });

  test("what is refused is refused for all of its reasons, and changes nothing", async () => {
    await edit(mine, "welcome.yaml", "3 days", "3 moons");
    await edit(mine, "hello.yaml", "{{ unsubscribe_url }}", "{{ unsubscribe_url");
    const refused = await run("apply", mine, "--yes");
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /^welcome\.yaml:\d+: .*`moons`/m);
    assert.match(refused.stdout, /^hello\.yaml:\d+: /m);
    assert.equal((await server.get("/definitions/journey/welcome")).version, 2);
    await edit(mine, "hello.yaml", "{{ unsubscribe_url", "{{ unsubscribe_url }}");
    await edit(mine, "welcome.yaml", "3 moons", "3 days");
    assert.equal((await run("plan", mine)).code, 0);
  });

  test("nobody overwrites what somebody else has changed meanwhile", async () => {
    await edit(
      theirs,
      "welcome.yaml",
      "send: {template: hello}",
      "send: {template: hello, topic: news}",
    );
    const plan = await run("plan", theirs);
    assert.equal(plan.code, 2);
    assert.match(plan.stdout, /changed on the server by \S+ at 20\S+/);
    const refused = await run("apply", theirs, "--yes");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /journey "welcome" was changed by/);
    const exported = await run("export", theirs);
    assert.equal(exported.code, 1);
    assert.match(exported.stderr, /^welcome\.yaml holds what the server does not have$/m);
    assert.match(await readFile(path.join(theirs, "welcome.yaml"), "utf8"), /2 days/);
    assert.equal((await run("export", theirs, "--force")).code, 0);
    assert.match(await readFile(path.join(theirs, "welcome.yaml"), "utf8"), /3 days/);
    assert.equal((await run("plan", theirs)).code, 0);
  });

  test("an earlier version comes back as a new one", async () => {
    const history = await run("history", "journey/welcome");
    assert.match(
      history.stdout,
      /^version 2 .*\n +step nudge: wait 2 days -> wait 3 days\nversion 1 /,
    );
    const back = await run("rollback", "journey/welcome", "--to", "1", "--yes");
    assert.equal(back.code, 0, back.stderr);
    assert.match(back.stdout, /step nudge: wait 3 days -> wait 2 days/);
    assert.equal((await server.get("/definitions/journey/welcome")).version, 3);
    const drift = await run("plan", theirs);
    assert.equal(drift.code, 2);
    assert.match(drift.stdout, /the folder has not changed it: export brings it here/);
    assert.equal((await run("export", theirs)).code, 0);
    assert.equal((await run("plan", theirs)).code, 0);
    const absent = await run("rollback", "journey/welcome", "--to", "9", "--yes");
    assert.equal(absent.code, 1);
    assert.match(absent.stderr, /there is no version 9/);
  });

  test("what a folder lacks is archived on demand, with a choice for those inside", async () => {
    await rm(path.join(theirs, "welcome.yaml"));
    await rm(path.join(theirs, "hello.yaml"));
    const plan = await run("plan", theirs);
    assert.equal(plan.code, 0);
    assert.match(plan.stdout, /^only on the server: journey welcome/m);
    const refused = await run("plan", theirs, "--prune");
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /2 contacts are inside journey "welcome".*\[contacts_inside\]/);
    const pruned = await run("apply", theirs, "--prune", "--inside", "welcome=leave", "--yes");
    assert.equal(pruned.code, 0, pruned.stdout + pruned.stderr);
    await eventually("everybody has left", async () => {
      const { runs } = await server.contact("ana");
      return runs.length === 1 && runs[0].state !== "active";
    });
    await server.advance("7d");
    assert.deepEqual(await server.list("/mailbox"), []);
    const kinds = (await server.list("/definitions")).map(({ kind }) => kind);
    assert.deepEqual(kinds, ["segment"]);
    assert.equal((await server.get("/definitions/template/hello")).archived, true);
    const back = await run("rollback", "template/hello", "--to", "1", "--yes");
    assert.equal(back.code, 0, back.stderr);
    assert.equal((await server.get("/definitions/template/hello")).archived, false);
  });
});
