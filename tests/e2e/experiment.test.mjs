// An experiment on a running server: `sojourn results` says nothing before its time, the winner is found at its
// instant, survives a kill -9 and a publication, and `sojourn winner` overrules it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sender } from "./support/inboxes.mjs";
import { Server } from "./support/server.mjs";

let server;
before(async () => {
  server = await Server.start({ env: sender });
  await server.apply("tests/scenarios/experiments");
});
after(() => server?.remove());

const run = (...args) => server.run(args);

const happens = (userId, event) =>
  server.ingest("track", {
    userId,
    event,
    context: { traits: { email: `${userId}@visitor.example` } },
  });
const split = async () =>
  (await server.get("/journeys/welcome")).steps.find((step) => step.id === "try").split;
const armOf = async (name) => (await split()).arms.find((arm) => arm.name === name);

/** Signs people up, one after the other, and says who came to the arm `offer`. */
async function signUp(count, prefix) {
  const offered = [];
  for (let i = 0; i < count; ++i) {
    const before = (await armOf("offer")).taken;
    await happens(`${prefix}${i}`, "Signed Up");
    await server.advance("1m");
    if ((await armOf("offer")).taken > before) offered.push(`${prefix}${i}`);
  }
  return offered;
}

test("there is no verdict before the time", async () => {
  const offered = await signUp(40, "a");
  assert.ok(offered.length >= 5 && offered.length <= 35, `${offered.length} of 40`);
  for (const user of offered) await happens(user, "Order Completed");
  await server.advance("6d");
  const offer = await armOf("offer");
  assert.equal(offer.people, offered.length);
  assert.equal(offer.successes, offered.length);
  assert.equal(offer.rate, 1);
  assert.equal((await armOf("plain")).people, 40 - offered.length);
  assert.equal((await split()).experiment.verdict, null);
  const { code, stdout } = await run("results", "welcome");
  assert.equal(code, 0);
  assert.match(stdout, /^try: experiment\n/);
  assert.match(stdout, /no verdict yet: it is looked for after .*, with 5 in each arm/);
});

test("the winner is found at its instant, and stays", async () => {
  await server.advance("1d");
  const { experiment } = await split();
  assert.equal(experiment.verdict.kind, "winner");
  assert.equal(experiment.winner.arm, "offer");
  assert.equal(experiment.winner.by, null);
  const late = Date.parse(experiment.winner.at) - Date.parse(experiment.since) - 7 * 86_400_000;
  assert.ok(late >= 0 && late < 60_000, `${late} ms after its instant`);
  await server.kill9();
  await server.launch();
  assert.deepEqual((await split()).experiment, experiment);
  assert.equal((await signUp(10, "b")).length, 10);
  const counted = (await armOf("offer")).people + (await armOf("plain")).people;
  assert.equal(counted, 40, "who did not come by chance is not counted");
  const { stdout } = await run("results", "welcome");
  assert.match(stdout, /offer is better; so much is .* % likely by chance alone/);
  assert.match(stdout, /everybody takes offer since /);
});

test("a person overrules it", async () => {
  assert.equal((await run("winner", "welcome", "try")).code, 1);
  assert.equal((await run("winner", "welcome", "try", "plain", "--clear")).code, 1);
  const unknown = await run("winner", "welcome", "try", "none");
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /the split has no such arm/);
  assert.equal((await run("winner", "welcome", "rest", "plain")).code, 1);
  assert.deepEqual(await run("winner", "welcome", "try", "plain"), {
    code: 0,
    stdout: "everybody who comes to try of welcome from now on takes plain\n",
    stderr: "",
  });
  assert.equal((await signUp(10, "c")).length, 0);
  assert.deepEqual(await run("winner", "welcome", "try", "--clear"), {
    code: 0,
    stdout: "welcome splits again at try\n",
    stderr: "",
  });
  const offered = await signUp(20, "d");
  assert.ok(offered.length > 0 && offered.length < 20);
  assert.equal((await split()).experiment.verdict.kind, "winner", "there is no second look");
  assert.equal((await split()).experiment.winner, null);
});
