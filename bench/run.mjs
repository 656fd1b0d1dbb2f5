// Measures the figures of the performance goals, each beside its floor in the same run, and prints a table.
//
//   node bench/run.mjs [--quick] [--keep] [ID...]
//
// --keep remembers what was measured, so that the figures may be taken one after another; the table of all that are
// remembered is bench/results/latest.txt.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { repository } from "../tests/e2e/support/server.mjs";
import { cp } from "./figures/campaigns.mjs";
import { g1, g2, s5 } from "./figures/growth.mjs";
import { i1, i2, i5, median } from "./figures/ingest.mjs";
import { bt, j1, j2 } from "./figures/journeys.mjs";
import { r1, r2 } from "./figures/liquid.mjs";
import { t1, t2 } from "./figures/mail.mjs";
import { bf, s4 } from "./figures/membership.mjs";
import { m1, s1, s2, s6 } from "./figures/segments.mjs";
import { e1, e2, e4, tp } from "./figures/smtp.mjs";
import { b0, b1, m3 } from "./figures/start.mjs";
import { endAll, scratch } from "./processes.mjs";

const figures = {
  I1: i1,
  I2: i2,
  I5: i5,
  T1: t1,
  T2: t2,
  G1: g1,
  G2: g2,
  CP: cp,
  J1: j1,
  J2: j2,
  S4: s4,
  S5: s5,
  BF: bf,
  BT: bt,
  M3: m3,
  B0: b0,
  B1: b1,
  S1: s1,
  S2: s2,
  M1: m1,
  S6: s6,
  R1: r1,
  R2: r2,
  E1: e1,
  E2: e2,
  E4: e4,
  TP: tp,
};
const { values: options, positionals } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const wanted = positionals.length > 0 ? positionals : Object.keys(figures);
const unknown = wanted.filter((id) => !figures[id]);
if (unknown.length > 0) {
  console.error(
    `bench: ${unknown.join(", ")} is unknown; there are ${Object.keys(figures).join(", ")}`,
  );
  process.exit(2);
}

const notes = [];
const run = {
  rounds: options.quick ? 3 : 5,
  quick: options.quick,
  note: (text) => notes.push(text),
  share: {}, // what a figure leaves for those after it
};

const number = (value) =>
  value === undefined ? "-" : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
const spread = (values) => `${number(Math.min(...values))}..${number(Math.max(...values))}`;

/** With --quick these take fewer contacts and events than their goals speak of: no verdict. */
const smaller = new Set([
  "CP",
  "G1",
  "J1",
  "J2",
  "BF",
  "BT",
  "B0",
  "B1",
  "S1",
  "S2",
  "M1",
  "S6",
  "E1",
  "E2",
  "TP",
]);

/** The columns of one figure. */
function cells({ id, what, unit, ours, floor, must, met, cpu }) {
  const value = median(ours);
  const ratio = floor && value / median(floor);
  const verdict =
    met && !(run.quick && smaller.has(id)) ? (met(ratio, value) ? "met" : "MISSED") : "";
  return [
    id,
    what,
    `${number(value)} ${unit}`,
    floor ? number(median(floor)) : "-",
    ratio === undefined ? "-" : ratio.toFixed(2),
    must ?? "",
    verdict,
    cpu ? number(median(cpu.ours)) : "-",
    cpu?.floor ? number(median(cpu.floor)) : "-",
    spread(ours),
    floor ? spread(floor) : "-",
  ];
}

const titles = [
  "id",
  "what",
  "ours",
  "floor",
  "ratio",
  "must",
  "",
  "CPU us",
  "floor",
  "ours min..max",
  "floor min..max",
];

function table(rows) {
  const all = [titles, ...rows];
  const widths = titles.map((_, place) => Math.max(...all.map((row) => row[place].length)));
  const textual = new Set([0, 1, 5, 6]);
  return all
    .map((row) =>
      row
        .map((cell, place) =>
          textual.has(place) ? cell.padEnd(widths[place]) : cell.padStart(widths[place]),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** What --keep has remembered: `{rows, notes, minutes}` by id. */
const keptFile = path.join(scratch, "kept.json");
const kept = options.keep ? JSON.parse(await readFile(keptFile, "utf8").catch(() => "{}")) : {};

const measuredNow = {};
let failed = false;
await mkdir(scratch, { recursive: true });
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => endAll().finally(() => process.exit(130)));
}
try {
  for (const id of wanted) {
    console.error(`measuring ${id}...`);
    const begin = performance.now();
    notes.length = 0;
    try {
      const rows = (await figures[id](run)).map(cells);
      const minutes = (performance.now() - begin) / 60_000;
      measuredNow[id] = { rows, notes: [...notes], minutes };
    } catch (error) {
      failed = true;
      measuredNow[id] = {
        rows: [],
        notes: [`${id} was not measured: ${error.message}`],
        minutes: 0,
      };
    }
  }
} finally {
  await endAll();
}

function textOf(results) {
  const inOrder = Object.keys(figures).flatMap((id) => results[id] ?? []);
  const minutes = inOrder.reduce((sum, each) => sum + each.minutes, 0);
  const machine = `${availableParallelism()} cores of ${cpus()[0].model}, median of ${run.rounds} rounds, ${minutes.toFixed(1)} minutes${options.quick ? ", --quick" : ""}`;
  const rows = inOrder.flatMap((each) => each.rows);
  return [machine, "", table(rows), "", ...inOrder.flatMap((each) => each.notes), ""].join("\n");
}

console.log(textOf(measuredNow));
const isWhole = wanted.length === Object.keys(figures).length;
if (options.keep && !options.quick && !failed) {
  Object.assign(kept, measuredNow);
  await writeFile(keptFile, JSON.stringify(kept));
}
if ((options.keep && !options.quick && !failed) || isWhole) {
  const results = path.join(repository, "bench", "results");
  await mkdir(results, { recursive: true });
  await writeFile(path.join(results, "latest.txt"), textOf(options.keep ? kept : measuredNow));
}
process.exit(failed ? 1 : 0);
