// G1, G2 and S5: whether an event costs the same with more contacts and with more definitions.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  emptyFolder,
  endServer,
  httpLoad,
  makeContacts,
  measured,
  plantContacts,
  salt,
  startServer,
} from "../processes.mjs";

const unit = "CPU us/event";

/** CPU of an event on each of the servers, which take turns; the first is the floor of the last. */
async function compare(servers, rounds, events, contactsOf) {
  const batch = 100;
  const costs = servers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [place, server] of servers.entries()) {
      const run = await measured(server, () =>
        httpLoad(server, {
          batch,
          connections: 8,
          requests: events / batch,
          contacts: contactsOf(place),
          salt: salt(),
        }),
      );
      costs[place].push((run.cpu / run.events) * 1e6);
    }
  }
  return costs;
}

function rowsOf(id, labels, costs) {
  return labels.slice(1).map((label, place) => ({
    id,
    what: `${label} vs ${labels[0]}`,
    unit,
    ours: costs[place + 1],
    floor: costs[0],
    ...(place === labels.length - 2 ? { must: "<= 1.3 x", met: (ratio) => ratio <= 1.3 } : {}),
  }));
}

export async function g1({ rounds, quick }) {
  const sizes = quick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000, 10_000_000];
  const servers = [];
  try {
    for (const size of sizes) {
      const server = await startServer({ name: `g1-${size}`, workspace: "examples/pricing-page" });
      servers.push(server);
      await plantContacts(server, size);
    }
    const costs = await compare(servers, rounds, 30_000, (place) => sizes[place]);
    return rowsOf(
      "G1",
      sizes.map((size) => `${size.toLocaleString("en")} contacts`),
      costs,
    );
  } finally {
    for (const server of servers) await endServer(server);
  }
}

/**
 * `count` segments and, where `journeys`, as many journeys, of which the first `relevant` look at the events that come,
 * and find nothing.
 */
async function writeWorkspace(folder, { count, relevant, journeys }) {
  for (const name of ["segments", "journeys"])
    await mkdir(path.join(folder, name), { recursive: true });
  const event = (number) => (number < relevant ? "Product Viewed" : `Event ${number}`);
  for (let number = 0; number < count; number++) {
    await writeFile(
      path.join(folder, "segments", `s${number}.yaml`),
      `kind: segment\nkey: s${number}\nname: S${number}\nwhere:\n  did:\n    event: ${event(number)}\n    where:\n      - property: path\n        is: /nowhere/${number}\n    at_least: 2\n    within: 7d\n`,
    );
    if (!journeys) continue;
    await writeFile(
      path.join(folder, "journeys", `j${number}.yaml`),
      `kind: journey\nkey: j${number}\nname: J${number}\ntrigger:\n  event: ${event(number)}\n  where:\n    - property: path\n      is: /nowhere/${number}\nreentry: never\nsteps:\n  - id: rest\n    wait: 1d\n`,
    );
  }
}

/** A server for each of the workspaces, which take turns. */
async function compareWorkspaces(id, workspaces, rounds) {
  const contacts = 10_000;
  const servers = [];
  try {
    for (const workspace of workspaces) {
      const folder = await emptyFolder(`${id}-workspace-${workspace.count}`);
      await writeWorkspace(folder, workspace);
      const server = await startServer({ name: `${id}-${workspace.count}`, workspace: folder });
      servers.push(server);
      await makeContacts(server, contacts);
    }
    // So many that a round is longer than a checkpoint, which one of the servers would else have alone.
    return await compare(servers, rounds, 150_000, () => contacts);
  } finally {
    for (const server of servers) await endServer(server);
  }
}

export async function g2({ rounds }) {
  const counts = [10, 100, 1_000];
  const workspaces = counts.map((count) => ({ count, relevant: 10, journeys: true }));
  return rowsOf(
    "G2",
    counts.map((count) => `${count.toLocaleString("en")} segments and journeys`),
    await compareWorkspaces("g2", workspaces, rounds),
  );
}

/** All of them look at the event: none of them is found by its name alone. */
export async function s5({ rounds }) {
  const counts = [1, 20];
  const workspaces = counts.map((count) => ({ count, relevant: count, journeys: false }));
  const [row] = rowsOf(
    "S5",
    ["1 segment", "20 segments that look at the event and do not match"],
    await compareWorkspaces("s5", workspaces, rounds),
  );
  return [{ ...row, must: "<= 1.2 x", met: (ratio) => ratio <= 1.2 }];
}
