// J1 and J2: runs that advance because their waits have ended; BT: a journey over the stored log.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { emptyFolder, scratch, tool } from "../processes.mjs";

const count = (number) => number.toLocaleString("en");

/** On one core, durable: a step is a wait that ends and the next one that begins. */
export async function j1({ rounds, quick }) {
  const contacts = quick ? 20_000 : 100_000;
  const folder = await emptyFolder("j1");
  const steps = await tool(
    "timers_bench",
    ["steps", path.join(folder, "data"), contacts, rounds],
    "0",
  );
  await emptyFolder("j1");
  return [
    {
      id: "J1",
      what: `journey steps of ${count(contacts)} runs, one core`,
      unit: "steps/s",
      ours: steps.map((each) => each.steps / each.seconds),
      must: ">= 20,000/s",
      met: (_, value) => value >= 20_000,
      cpu: { ours: steps.map((each) => (each.cpuSeconds / each.steps) * 1e6) },
    },
  ];
}

export async function j2({ quick, note }) {
  const [contacts, seconds] = quick ? [50_000, 5] : [1_000_000, 60];
  const folder = await emptyFolder("j2");
  const [late] = await tool("timers_bench", ["due", path.join(folder, "data"), contacts, seconds]);
  await emptyFolder("j2");
  note(
    `J2: ${count(late.timers)} waits that end within ${late.spreadSeconds} s: p50 ${late.p50Ms} ms late, ` +
      `${((late.cpuSeconds / late.timers) * 1e6).toFixed(1)} CPU us each`,
  );
  const what = (name) => `${name}, ${count(contacts)} waits that end within ${seconds} s`;
  return [
    {
      id: "J2",
      what: what("p99 late"),
      unit: "ms",
      ours: [late.p99Ms],
      must: "<= 2000 ms",
      met: (_, value) => value <= 2000,
    },
    {
      id: "J2",
      what: what("the latest"),
      unit: "ms",
      ours: [late.maxMs],
      must: "<= 60000 ms",
      met: (_, value) => value <= 60_000,
    },
  ];
}

/** The log is made once, and read from the page cache. */
export async function bt({ rounds, quick, note }) {
  const [contacts, events] = quick ? [100_000, 1_000_000] : [1_000_000, 10_000_000];
  const folder = path.join(scratch, `backtest-${events}`);
  await mkdir(folder, { recursive: true });
  const lines = await tool("backtest_bench", [folder, events, contacts, rounds]);
  const rates = (what) =>
    lines.filter((line) => line.what === what).map((line) => line.events / line.seconds);
  const last = lines.at(-1);
  note(
    `BT: ${last.replayed} events were replayed in ${last.passes} passes: ${last.entered} entered, ${last.sent} mails`,
  );
  return [
    {
      id: "BT",
      what: `backtest over ${count(contacts)} contacts, vs reading the log`,
      unit: "events/s",
      ours: rates("backtest"),
      floor: rates("scan"),
      must: ">= 500,000/s",
      met: (_, value) => value >= 500_000,
    },
  ];
}
