// `sojourn pause` and `sojourn resume` on a running server: nobody is moved on during the pause, and what came due
// is made of as was chosen.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./support/server.mjs";

let server;
before(async () => {
  server = await Server.start();
  await server.apply("tests/scenarios/pauses");
});
after(() => server?.remove());

const run = (...args) => server.run(args);

const signUp = (userId) =>
  server.ingest("track", {
    userId,
    event: "Survey Asked",
    context: { traits: { email: `${userId}@visitor.example` } },
  });
const survey = async () => {
  const { state, counts } = await server.get("/journeys/survey");
  return { state, entered: counts.entered, active: counts.active, completed: counts.completed };
};

test("a journey stands still until it is resumed", async () => {
  await signUp("ana");
  await server.advance("1h");
  assert.deepEqual(await run("pause", "survey"), {
    code: 0,
    stdout: "survey is paused: nobody enters, and 1 inside stand still\n",
    stderr: "",
  });
  const again = await run("pause", "survey");
  assert.equal(again.code, 1);
  assert.match(again.stderr, /^sojourn: .*has been paused since .*\n$/);
  await signUp("ben");
  await server.advance("10d");
  assert.deepEqual(await survey(), { state: "paused", entered: 1, active: 1, completed: 0 });
});

test("resume refuses what is no choice, and carries out what is", async () => {
  const unknown = await run("resume", "survey", "--overdue", "later");
  assert.notEqual(unknown.code, 0);
  const skipOver = await run("resume", "survey", "--overdue", "skip", "--over", "1h");
  assert.equal(skipOver.code, 1);
  assert.match(skipOver.stderr, /--over goes with --overdue send only/);
  const tooLong = await run("resume", "survey", "--overdue", "send", "--over", "8d");
  assert.equal(tooLong.code, 1);
  assert.match(tooLong.stderr, /at most 7 days/);
  const spread = { overdue: "replan", spread: "1h" };
  await assert.rejects(server.api("POST", "/journeys/survey/resume", spread), { status: 422 });
  assert.equal((await survey()).state, "paused");

  const sent = await run("resume", "survey", "--overdue", "send", "--over", "1h");
  assert.deepEqual(sent, { code: 0, stdout: "survey goes on, with 1 inside\n", stderr: "" });
  await server.advance("1h");
  assert.deepEqual(await survey(), { state: "running", entered: 1, active: 0, completed: 1 });
  const late = await run("resume", "survey");
  assert.equal(late.code, 1);
  assert.match(late.stderr, /^sojourn: .*not paused \(field: key, value: survey\)\n$/);
  assert.equal((await run("pause", "nowhere")).code, 1);
});
