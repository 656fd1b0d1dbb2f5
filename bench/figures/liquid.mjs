// R1 and R2: a newsletter rendered and compiled, beside npm's liquidjs and Debian's ruby-liquid, each on one thread, one
// after the other in the same rounds. All three must print the same bytes.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { binary, repository } from "../../tests/e2e/support/server.mjs";
import { emptyFolder } from "../processes.mjs";

const execute = promisify(execFile);
const folder = path.join(repository, "bench", "liquid");
const engines = {
  ours: [path.join(path.dirname(binary), "bench", "liquid_bench")],
  liquidjs: [process.execPath, path.join(folder, "liquidjs_rate.mjs")],
  ruby: ["ruby", path.join(folder, "ruby_rate.rb")],
};

/** The rates of each engine, by round; measured once for both figures. */
async function rates({ rounds, quick, share }) {
  if (share.liquid) return share.liquid;
  const scratch = await emptyFolder("liquid");
  const seconds = quick ? 1 : 3;
  const measured = { ours: [], liquidjs: [], ruby: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, [program, ...before]] of Object.entries(engines)) {
      const { stdout } = await execute(
        program,
        [
          ...before,
          path.join(folder, "newsletter.liquid"),
          path.join(folder, "data.json"),
          String(seconds),
          path.join(scratch, name),
        ],
        { env: { ...process.env, TZ: "UTC" } },
      );
      measured[name].push(JSON.parse(stdout));
    }
  }
  const [own, ...others] = await Promise.all(
    Object.keys(engines).map((name) => readFile(path.join(scratch, name))),
  );
  if (others.some((text) => !text.equals(own))) throw new Error("the three print different text");
  share.liquid = measured;
  return measured;
}

const row = (id, what, measured, peer, member, must) => ({
  id,
  what: `${what}, vs ${peer === "ruby" ? "ruby-liquid" : peer}`,
  unit: "/s",
  ours: measured.ours.map((each) => each[member]),
  floor: measured[peer].map((each) => each[member]),
  must: `>= ${must} x`,
  met: (ratio) => ratio >= must,
});

export async function r1(run) {
  const measured = await rates(run);
  return [row("R1", "render a newsletter of 2.8 KB", measured, "liquidjs", "renders", 15)];
}

export async function r2(run) {
  const measured = await rates(run);
  return [
    row("R2", "compile a template of 2.3 KB", measured, "liquidjs", "parses", 10),
    row("R2", "compile a template of 2.3 KB", measured, "ruby", "parses", 35),
  ];
}
