// M3, B0 and B1: an idle server, and a server that starts.
import { copyFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  endServer,
  httpLoad,
  makeContacts,
  metrics,
  residentBytes,
  salt,
  startServer,
} from "../processes.mjs";

const readyWithinMs = 120_000;

/** Starts the process of `server` again; milliseconds until `answers` is true. */
async function startAgain(server, answers) {
  const begin = performance.now();
  const launched = server.launch();
  for (;;) {
    if (await answers().catch(() => false)) break;
    if (performance.now() - begin > readyWithinMs) throw new Error("the server did not get ready");
    await pause(2);
  }
  const took = performance.now() - begin;
  await launched;
  return took;
}

export async function m3({ rounds }) {
  const ours = [];
  for (let round = 0; round < rounds; round++) {
    const server = await startServer({ name: "m3" });
    await pause(500);
    ours.push((await residentBytes(server.process.pid)) / 2 ** 20);
    await endServer(server);
  }
  return [
    {
      id: "M3",
      what: "resident, idle and empty",
      unit: "MiB",
      ours,
      must: "<= 30",
      met: (_ratio, value) => value <= 30,
    },
  ];
}

export async function b0({ rounds, quick }) {
  const contacts = quick ? 100_000 : 1_000_000;
  const server = await startServer({ name: "b0", workspace: "examples/pricing-page" });
  const ours = [];
  try {
    await makeContacts(server, contacts);
    for (let round = 0; round < rounds; round++) {
      await server.stop();
      const event = { userId: "u0000001", event: "Product Viewed" };
      const took = await startAgain(
        server,
        async () => (await server.ingest("track", event)).status === 200,
      );
      ours.push(took / 1000);
    }
  } finally {
    await endServer(server);
  }
  return [
    {
      id: "B0",
      what: `start to first 200 with ${contacts.toLocaleString("en")} contacts`,
      unit: "s",
      ours,
      must: "<= 1.1 s",
      met: (_ratio, value) => value <= 1.1,
    },
  ];
}

/**
 * Back-pressure (429) keeps the engine from falling so far behind, so the state of before the events is put
 * back under the log: to the server that starts, none of them is applied.
 */
export async function b1({ quick, note }) {
  const events = quick ? 200_000 : 1_000_000;
  const batch = 100;
  const server = await startServer({ name: "b1", workspace: "examples/pricing-page" });
  try {
    await makeContacts(server, 10_000);
    await server.stop();
    const state = path.join(server.data, "state.db");
    await copyFile(state, `${server.data}-state`);
    await server.launch();
    let behind = 0;
    let loading = true;
    const load = httpLoad(server, {
      batch,
      connections: 32,
      requests: events / batch,
      contacts: 10_000,
      salt: salt(),
    }).finally(() => (loading = false));
    while (loading) {
      behind = Math.max(behind, (await metrics(server)).unapplied_events);
      await pause(20);
    }
    await load;
    note(`B1: under full load the engine was at most ${behind} events behind`);
    await server.kill9();
    await copyFile(`${server.data}-state`, state);
    for (const suffix of ["-wal", "-shm"]) await rm(state + suffix, { force: true });
    const ready = async () => (await fetch(`${server.url}/readyz`)).status === 200;
    const took = await startAgain(server, ready);
    return [
      {
        id: "B1",
        what: `kill -9 with ${events.toLocaleString("en")} unapplied events, until ready`,
        unit: "s",
        ours: [took / 1000],
        must: "<= 10 s",
        met: (_ratio, value) => value <= 10,
      },
    ];
  } finally {
    await rm(`${server.data}-state`, { force: true });
    await endServer(server);
  }
}
