// S4: how soon after its event's 200 a change of membership is seen through the API; BF: how long a new segment takes
// until it is exact, over contacts and events that were there before.
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  drained,
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
/** More than can be waited for, one after another. */
const samplesPerSecond = 40;

/** Contacts that are there already, so that what is waited for is the change of membership; their ids. */
async function makeSamples(server, prefix, count) {
  const batch = Array.from({ length: count }, (_, number) => ({
    type: "identify",
    userId: `${prefix}-${number}`,
    messageId: `${prefix}-${number}-${salt()}`,
  }));
  const { status } = await server.ingest("batch", { batch });
  if (status !== 200) throw new Error(`a batch was answered ${status}`);
  await drained(server);
  const items = await server.list(`/contacts?q=${prefix}-`);
  if (items.length !== count) throw new Error(`${items.length} of ${count} contacts were found`);
  return items.map(({ id, userId }) => ({ id, userId }));
}

/** Milliseconds from the 200 of an event until its contact is seen to be a member. */
async function waitForMembership(server, { id, userId }) {
  const event = { userId, event: "Cart Updated", messageId: `${userId}-${salt()}` };
  const { status } = await server.ingest("track", event);
  if (status !== 200) throw new Error(`an event was answered ${status}`);
  const answered = performance.now();
  for (;;) {
    const { segments } = await server.contact(id);
    const took = performance.now() - answered;
    if (segments.some(({ key }) => key === "carts")) return took;
    if (took > 10_000) throw new Error(`${userId} did not become a member`);
    await pause(1);
  }
}

export async function s4({ rounds, quick, note }) {
  const contacts = 20_000;
  const seconds = quick ? 4 : 12;
  const folder = await emptyFolder("s4-workspace");
  await mkdir(path.join(folder, "segments"));
  await writeFile(
    path.join(folder, "segments", "carts.yaml"),
    'kind: segment\nkey: carts\nwhere: did "Cart Updated" in last 7 days\n',
  );
  const server = await startServer({ name: "s4", workspace: folder });
  const p50 = [];
  const p99 = [];
  let taken = 0;
  try {
    await makeContacts(server, contacts);
    for (let round = 0; round < rounds; round++) {
      const samples = await makeSamples(server, `s4x${round}`, samplesPerSecond * seconds);
      let loads = true;
      const load = httpLoad(server, {
        rate: eventsPerSecond,
        seconds,
        connections: 16,
        contacts,
        salt: salt(),
      }).finally(() => (loads = false));
      const waits = [];
      while (loads && samples.length > 0) {
        waits.push(await waitForMembership(server, samples.pop()));
        await pause(10);
      }
      await load;
      taken += waits.length;
      waits.sort((one, other) => one - other);
      p50.push(waits[Math.floor(waits.length * 0.5)]);
      p99.push(waits[Math.floor(waits.length * 0.99)]);
    }
    note(`S4: ${taken} changes of membership were waited for`);
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
  // Made anew: runs before have left decisions and split pages, and what is just written is in the page cache.
  await rm(folder, { recursive: true, force: true });
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
