// `sojourn test` from the command line: what it prints, its exit codes, and that --watch sees changes.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { binary, repository } from "./support/server.mjs";

let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sojourn-scenarios-"));
  await cp(path.join(repository, "tests/scenarios/quiet-hours"), folder, { recursive: true });
});
after(() => rm(folder, { recursive: true, force: true }));

const run = (...args) =>
  new Promise((resolve) => {
    execFile(binary, ["test", folder, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });

test("runs every scenario, or those that are named", async () => {
  const all = await run();
  assert.equal(all.code, 0, all.stdout);
  assert.match(all.stdout, /^cap\.scenario: \d+ expectations met$/m);
  assert.match(all.stdout, /^2 passed, 0 failed\n$/m);
  const quiet = await run("night.scenario", "--quiet");
  assert.deepEqual(quiet, { code: 0, stdout: "1 passed, 0 failed\n", stderr: "" });
  // Also by a path from the root, and by one from where one stands.
  for (const named of [folder, path.relative(process.cwd(), folder)]) {
    const seen = await run(path.join(named, "night.scenario"), "--quiet");
    assert.deepEqual(seen, { code: 0, stdout: "1 passed, 0 failed\n", stderr: "" }, named);
  }
  const absent = await run("day.scenario");
  assert.equal(absent.code, 1);
  assert.match(absent.stderr, /there is no scenario day\.scenario/);
});

test("--watch runs again when a file changes, and ends when it is interrupted", async () => {
  const scenario = path.join(folder, "night.scenario");
  const text = await readFile(scenario, "utf8");
  const watch = spawn(binary, ["test", folder, "--quiet", "--watch"]);
  let output = "";
  watch.stdout.on("data", (data) => (output += data));
  const ended = new Promise((resolve) => watch.once("exit", (code, signal) => resolve(signal)));
  try {
    await eventually("the result", () => /2 passed, 0 failed/.test(output));
    await writeFile(
      scenario,
      text.replace("expect start buyer for ana", "expect end buyer for ana because goal"),
    );
    await eventually("the result", () => /1 passed, 1 failed/.test(output));
    assert.match(output, /^ {2}- end buyer for ana because goal\n {2}\+ end buyer for ana/m);
    assert.doesNotMatch(output, /\x1b/, "no colour where nobody looks");
  } finally {
    watch.kill("SIGINT");
  }
  assert.equal(await ended, "SIGINT");
});
