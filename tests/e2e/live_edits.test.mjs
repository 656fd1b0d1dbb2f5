// A journey is edited while people are inside: what becomes of them is chosen, told before, and done.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { Server } from "./support/server.mjs";

const people = ["ana", "ben", "cleo"];

const journey = (steps) =>
  `kind: journey\nkey: welcome\nname: Welcome\ntrigger: {event: Signed Up}\nsteps:\n${steps}`;

let server;
let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sojourn-edits-"));
  await mkdir(path.join(folder, "journeys"));
  server = await Server.start();
  await edit("  - {id: rest, wait: 3d}\n  - {id: more, wait: 1d}\n");
  await server.apply(folder);
  for (const userId of people) {
    assert.equal((await server.ingest("track", { userId, event: "Signed Up" })).status, 200);
  }
  await eventually("they are inside", async () => (await runs()).length === people.length);
});
after(async () => {
  await server?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const edit = (steps) => writeFile(path.join(folder, "journeys", "welcome.yaml"), journey(steps));

const runs = async () => {
  const contacts = await Promise.all(people.map((userId) => server.contact(userId)));
  return contacts.flatMap((contact) => contact?.runs ?? []);
};

/** Runs a command that does not succeed. */
const failing = (...args) =>
  server.command(...args).then(
    () => assert.fail(`sojourn ${args.join(" ")} succeeded`),
    (error) => error,
  );

const here = async (step) => {
  const { steps } = await server.get("/journeys/welcome");
  return steps.find(({ id }) => id === step)?.counts.here;
};

test("without a choice they finish on their version", async () => {
  await edit("  - {id: pause, wait: 10d}\n");
  const plan = await failing("plan", folder);
  assert.equal(plan.code, 2);
  assert.match(plan.stdout, /finish: 3 stay on their version, 0 go on in the new one, 0 leave/);
  await server.apply(folder);
  assert.deepEqual(
    (await runs()).map(({ version, step }) => [version, step]),
    people.map(() => [1, "rest"]),
  );
});

test("later they can be moved, to the step that the map says", async () => {
  const choice = ["--inside", "welcome=move", "--map", "welcome/rest=pause"];
  const plan = await failing("plan", folder, ...choice);
  assert.match(plan.stdout, /move: 0 stay on their version, 3 go on in the new one, 0 leave/);
  assert.match(plan.stdout, /rest +3 go on at pause/);
  await server.command("apply", folder, "--yes", ...choice);
  await eventually("all are on the new version", async () =>
    (await runs()).every(({ version, step }) => version === 2 && step === "pause"),
  );
  assert.equal(await here("pause"), 3);
  const nothing = await server.command("plan", folder, ...choice);
  assert.match(nothing.stdout, /nothing changes/);
});

test("a map to a step that is not there is refused, and nobody moves", async () => {
  await edit("  - {id: pause, wait: 20d}\n");
  const refused = await failing(
    ...["apply", folder, "--yes", "--inside", "welcome=move", "--map", "welcome/pause=nowhere"],
  );
  assert.match(refused.stdout, /the new version has no step "nowhere"/);
  assert.ok((await runs()).every(({ version }) => version === 2));
});

test("they can be let go", async () => {
  await server.command("apply", folder, "--yes", "--inside", "welcome=leave");
  await eventually("nobody is inside", async () =>
    (await runs()).every(({ state }) => state === "exited"),
  );
  assert.equal(await here("pause"), 0);
  const { counts } = await server.get("/journeys/welcome");
  assert.equal(counts.entered, 3);
  assert.equal(counts.exited, 3);
});
