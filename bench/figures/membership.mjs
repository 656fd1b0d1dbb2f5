// S4: how soon after its event's 200 a change of membership is seen through the API; BF: how long a new segment takes
// until it is exact, over contacts and events that were there before.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { keys } from "../../tests/e2e/support/server.mjs";
import {
  emptyFolder,
  endServer,
  httpLoad,
  makeContacts,
  salt,
  scratch,
  startServer,
  tool,
} from "../processes.mjs";

const eventsPerSecond = 1_000;

async function call(server, method, route, key, body) {
  const response = await fetch(server.url + route, {
    method,
    headers: {
      authorization: route.startsWith("/v1")
        ? `Basic ${Buffer.from(`${key}:`).toString("base64")}`
        : `Bearer ${key}`,
      "content-type": "application/json",
    },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${route} answered ${response.status}`);
  return response.json();
}

/** Milliseconds from the 200 of an event until its contact is a member. */
async function waitForMembership(server, user) {
  await call(server, "POST", "/v1/track", keys.server, {
    userId: user,
    event: "Cart Updated",
    messageId: `${user}-${salt()}`,
  });
  const answered = performance.now();
  const { items } = await call(server, "GET", `/api/v1/contacts?search=${user}`, keys.api);
  for (let contact = items[0]?.id; ; ) {
    if (!contact) {
      const found = await call(server, "GET", `/api/v1/contacts?search=${user}`, keys.api);
      contact = found.items[0]?.id;
    } else {
      const { segments } = await call(server, "GET", `/api/v1/contacts/${contact}`, keys.api);
      if (segments.some(({ key }) => key === "carts")) return performance.now() - answered;
    }
    if (performance.now() - answered > 10_000) throw new Error(`${user} did not become a member`);
    await pause(1);
  }
}

export async function s4({ rounds, quick }) {
  const contacts = 20_000;
  const samples = quick ? 150 : 400;
  const folder = await emptyFolder("s4-workspace");
  await mkdir(path.join(folder, "segments"));
  await writeFile(
    path.join(folder, "segments", "carts.yaml"),
    "kind: segment\nkey: carts\nwhere: did \"Cart Updated\" in last 7 days\n",
  );
  const server = await startServer({ name: "s4", workspace: folder });
  const p50 = [];
  const p99 = [];
  try {
    await makeContacts(server, contacts);
    for (let round = 0; round < rounds; round++) {
      const seconds = Math.ceil(samples / 40) + 2;
      const load = httpLoad(server, {
        rate: eventsPerSecond,
        seconds,
        connections: 16,
        contacts,
        salt: salt(),
      });
      const waits = [];
      for (let sample = 0; sample < samples; sample++) {
        waits.push(await waitForMembership(server, `s4-${round}-${sample}`));
        await pause(10);
      }
      await load;
      waits.sort((one, other) => one - other);
      p50.push(waits[Math.floor(waits.length * 0.5)]);
      p99.push(waits[Math.floor(waits.length * 0.99)]);
    }
    const what = (name) => `${name}, 200 to membership in the API at ${eventsPerSecond} events/s`;
    return [
      { id: "S4", what: what("p50"), unit: "ms", ours: p50 },
      {
        id: "S4",
        what: what("p99"),
        unit: "ms",
        ours: p99,
        must: "<= 100 ms",
        met: (_, value) => value <= 100,
      },
    ];
  } finally {
    await endServer(server);
  }
}

export async function bf({ quick, note }) {
  const [contacts, events] = quick ? [100_000, 2_000_000] : [1_000_000, 20_000_000];
  const folder = path.join(scratch, `backfill-${contacts}`);
  await mkdir(folder, { recursive: true });
  const rows = await tool("backfill_bench", [folder, contacts, events]);
  const built = rows.filter(({ expected }) => expected > 0);
  for (const row of built) {
    if (row.members !== row.expected)
      throw new Error(`BF: ${row.segment} has ${row.members} members of ${row.expected}`);
    note(
      `BF: ${row.segment}: log read after ${row.readSeconds} s; live events meanwhile p50 ${row.liveP50Ms} ms, p99 ${row.liveP99Ms} ms`,
    );
  }
  return built.map(({ segment, seconds }) => ({
    id: "BF",
    what: `segment "${segment}" exact over ${contacts.toLocaleString("en")} contacts and ${events.toLocaleString("en")} events`,
    unit: "s",
    ours: [seconds],
    must: "<= 10 s",
    met: (_, value) => value <= 10,
  }));
}
