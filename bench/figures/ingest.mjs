// I1, I2 and I5: taking events in.
import path from "node:path";
import {
  cpuSeconds,
  emptyFolder,
  endServer,
  httpLoad,
  makeContacts,
  measured,
  pin,
  salt,
  scratch,
  startNginx,
  startServer,
  tool,
  wrk,
} from "../processes.mjs";

const workspace = "examples/pricing-page";
const wrkConnections = 64;
const contacts = 10_000;
const perSecond = "events/s";

/** Both pinned to one core with the load generator: what counts is the CPU that a call takes in all. */
const sharedCore = "0";

/** nginx answering 204 to the same POST; single calls, durable before they are answered. */
export async function i1({ rounds, quick, note, share }) {
  const seconds = quick ? 2 : 4;
  const nginx = await startNginx(sharedCore);
  const server = await startServer({ name: "i1", workspace });
  const ours = [];
  const floor = [];
  const acknowledged = [];
  const cpu = { ours: [], floor: [] };
  try {
    await makeContacts(server, contacts);
    pin(server.process.pid, sharedCore);
    for (let round = 0; round < rounds; round++) {
      const nginxCpu = await cpuSeconds(nginx.pid);
      const base = await wrk(nginx.url, seconds, sharedCore);
      floor.push(base.requests / base.seconds);
      cpu.floor.push((((await cpuSeconds(nginx.pid)) - nginxCpu) / base.requests) * 1e6);

      const run = await measured(server, () => wrk(server.url, seconds, sharedCore));
      const { requests, failed } = run.result;
      if (failed > 0 || base.failed > 0)
        note(`I1: ${failed} of ours and ${base.failed} of nginx's answers were no success`);
      // What was in flight when wrk stopped is in the log, but wrk has not seen the answer.
      if (run.events < requests - failed || run.events > requests + wrkConnections) {
        note(`I1: ${requests - failed} events were acknowledged, ${run.events} are in the log`);
      }
      ours.push(run.events / run.seconds);
      acknowledged.push(requests / run.result.seconds);
      cpu.ours.push((run.cpu / run.events) * 1e6);
    }
    const before = (await server.get("/home")).eventsTotal;
    note(
      `I1: ${before} events in the log; acknowledged ${Math.round(median(acknowledged))}/s, drained included ${Math.round(median(ours))}/s`,
    );
  } finally {
    await nginx.stop();
    await endServer(server);
  }
  share.singleRate = median(acknowledged);
  return [
    {
      id: "I1",
      what: "single POST /v1/track, one core shared with wrk",
      unit: perSecond,
      ours,
      floor,
      must: ">= 0.60 x",
      met: (ratio) => ratio >= 0.6,
      cpu,
    },
  ];
}

/** SQLite appending each event and writing a 400-byte state for it, in transactions as large. */
export async function i2({ rounds, quick }) {
  const batch = 100;
  const connections = 10;
  const requests = quick ? 500 : 1_000;
  const folder = await emptyFolder("i2-floor");
  const server = await startServer({ name: "i2", workspace });
  const ours = [];
  const floor = [];
  const cpu = { ours: [], floor: [] };
  try {
    await makeContacts(server, contacts);
    for (let round = 0; round < rounds; round++) {
      const [base] = await tool("sqlite_floor", [
        folder,
        requests * batch,
        batch * connections,
        contacts,
      ]);
      floor.push(base.events / base.seconds);
      cpu.floor.push((base.cpuSeconds / base.events) * 1e6);
      const run = await measured(server, () =>
        httpLoad(server, { batch, connections, requests, contacts, salt: salt() }),
      );
      if (run.events !== run.result.events)
        throw new Error(`I2: ${run.result.events} acknowledged, ${run.events} in the log`);
      ours.push(run.events / run.seconds);
      cpu.ours.push((run.cpu / run.events) * 1e6);
    }
  } finally {
    await endServer(server);
  }
  return [
    {
      id: "I2",
      what: "batches of 100, until applied",
      unit: perSecond,
      ours,
      floor,
      must: ">= 0.5 x",
      met: (ratio) => ratio >= 0.5,
      cpu,
    },
  ];
}

/** An open loop at half of what I1 has shown, beside fdatasync of 4 KiB appends. */
export async function i5({ rounds, quick, share }) {
  const seconds = quick ? 4 : 8;
  const server = await startServer({ name: "i5", workspace });
  const ours = { p50: [], p99: [] };
  const floor = { p50: [], p99: [] };
  try {
    await makeContacts(server, contacts);
    if (!share.singleRate) {
      share.singleRate = (await wrk(server.url, 3, sharedCore)).requests / 3;
    }
    const rate = Math.floor(share.singleRate / 2);
    for (let round = 0; round < rounds; round++) {
      const [disk] = await tool("disk_floor", [path.join(scratch, "i5-floor"), seconds / 2]);
      const run = await measured(server, () =>
        httpLoad(server, { rate, seconds, connections: wrkConnections, contacts, salt: salt() }),
      );
      for (const name of ["p50", "p99"]) {
        floor[name].push(disk[name] / 1000);
        ours[name].push(run.result[name] / 1000);
      }
    }
    const what = (name) => `${name} of the acknowledgement at ${rate} calls/s vs fdatasync`;
    return [
      { id: "I5", what: what("p50"), unit: "ms", ours: ours.p50, floor: floor.p50 },
      {
        id: "I5",
        what: what("p99"),
        unit: "ms",
        ours: ours.p99,
        floor: floor.p99,
        must: "<= 2 x",
        met: (ratio) => ratio <= 2,
      },
    ];
  } finally {
    await endServer(server);
  }
}

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}
