// E1, E2, E4 and TP: mails in bulk to Postfix's smtp-sink, beside Postfix's smtp-source; signing beside openssl; and what
// a domain that answers late costs another one.
import { execFile, spawn } from "node:child_process";
import net from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort, keys } from "../../tests/e2e/support/server.mjs";
import { cpuSeconds, drained, endServer, metrics, salt, startServer, tool } from "../processes.mjs";

const execute = promisify(execFile);
const connections = 32; // of the channel, and of smtp-source
const mailBytes = 10_000;
const waitWithinMs = 300_000;

/** smtp-sink on an address and port, with options; `stop()` ends it. */
async function startSink(address, port, ...options) {
  const user = process.getuid() === 0 ? ["-u", "root"] : [];
  const child = spawn("smtp-sink", [...user, ...options, `${address}:${port}`, "1000"], {
    stdio: "ignore",
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  for (let tries = 0; ; tries++) {
    const listens = await new Promise((resolve) => {
      const probe = net.connect(port, address, () => resolve(true));
      probe.once("error", () => resolve(false));
      probe.once("connect", () => probe.destroy());
    });
    if (listens) break;
    if (tries > 200) throw new Error("smtp-sink does not listen");
    await pause(20);
  }
  return {
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** smtp-source over kept connections: mails a second, and CPU us a mail. */
async function source(port, mails) {
  const command = `smtp-source -d -s ${connections} -l ${mailBytes} -m ${mails} 127.0.0.1:${port}`;
  const { stderr } = await execute("bash", ["-c", `TIMEFORMAT='%R %U %S'; time ${command}`]);
  const [seconds, user, system] = stderr.trim().split(/\s+/).slice(-3).map(Number);
  return { rate: mails / seconds, cpu: ((user + system) / mails) * 1e6 };
}

async function until(what, condition) {
  const end = performance.now() + waitWithinMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`${what}: not in time`);
    await pause(5);
  }
}

/** Queues mails while sending is stopped, then lets them go: rendered, signed by nobody, each durably accounted for. */
async function ours(server, mails) {
  await server.api("POST", "/sending/stop", { reason: "the mails are being queued" });
  const run = salt();
  const perBatch = 500;
  for (let first = 0; first < mails; first += perBatch) {
    const batch = Array.from({ length: Math.min(perBatch, mails - first) }, (_, place) => ({
      type: "track",
      messageId: `${run}-${first + place}`,
      userId: `u${first + place}`,
      event: "Bulk Asked",
      context: { traits: { email: `u${first + place}@visitor.example`, firstName: "Ana" } },
    }));
    const answer = await server.ingest("batch", { batch }, { key: keys.server });
    if (answer.status === 429) {
      await pause(100);
      first -= perBatch;
    } else if (answer.status !== 200) {
      throw new Error(`batch: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }
  await until("mails queued", async () => (await server.get("/sending")).queued >= mails);
  await until("events applied", async () => (await metrics(server)).unapplied_events === 0);
  const cpuBefore = await cpuSeconds(server.process.pid);
  const begin = performance.now();
  await server.api("POST", "/sending/resume");
  await drained(server);
  const seconds = (performance.now() - begin) / 1000;
  const cpu = (await cpuSeconds(server.process.pid)) - cpuBefore;
  return { rate: mails / seconds, cpu: (cpu / mails) * 1e6 };
}

/** Both in turn, by round; measured once for E1 and E2. */
async function bulk({ rounds, quick, share }) {
  if (share.bulk) return share.bulk;
  const mails = quick ? 2_000 : 20_000;
  const port = await freePort();
  const sink = await startSink("127.0.0.1", port, "-c");
  const server = await startServer({
    name: "bulk",
    workspace: "bench/bulk",
    env: {
      SOJOURN_SMTP_URL: `smtp://127.0.0.1:${port}?tls=off&connections=${connections}`,
      SOJOURN_FROM: "Bench <hello@sender.example>",
      SOJOURN_POSTAL_ADDRESS: "1 Example Street",
    },
  });
  const measured = { ours: [], source: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      measured.source.push(await source(port, mails));
      measured.ours.push(await ours(server, mails));
    }
  } finally {
    await endServer(server);
    await sink.stop();
  }
  share.bulk = measured;
  return measured;
}

export async function e1(run) {
  const measured = await bulk(run);
  return [
    {
      id: "E1",
      what: "bulk mails, rendered and accounted for, vs smtp-source -d",
      unit: "mails/s",
      ours: measured.ours.map(({ rate }) => rate),
      floor: measured.source.map(({ rate }) => rate),
      must: ">= 0.6 x",
      met: (ratio) => ratio >= 0.6,
    },
  ];
}

export async function e2(run) {
  const measured = await bulk(run);
  return [
    {
      id: "E2",
      what: "CPU of the sender a mail, vs smtp-source -d",
      unit: "us",
      ours: measured.ours.map(({ cpu }) => cpu),
      floor: measured.source.map(({ cpu }) => cpu),
      must: "<= 2.5 x",
      met: (ratio) => ratio <= 2.5,
    },
  ];
}

/** Signatures a second of one core, as openssl says. */
async function opensslRate(seconds) {
  const { stdout } = await execute("openssl", ["speed", "-seconds", String(seconds), "rsa2048"]);
  return Number(/^rsa 2048 bits\s+\S+\s+\S+\s+([\d.]+)/m.exec(stdout)[1]);
}

export async function e4({ rounds, quick }) {
  const port = await freePort();
  const sink = await startSink("127.0.0.1", port, "-c");
  const signed = [];
  const floor = [];
  try {
    for (let round = 0; round < rounds; round++) {
      floor.push(await opensslRate(quick ? 1 : 3));
      const args = [`127.0.0.1:${port}`, "--sign", "--mails", quick ? 1_000 : 5_000];
      const [result] = await tool("smtp_bench", args);
      signed.push(result.rate);
    }
  } finally {
    await sink.stop();
  }
  return [
    {
      id: "E4",
      what: "mails signed by RSA-2048, vs openssl speed on one core",
      unit: "mails/s",
      ours: signed,
      floor,
      must: ">= 0.8 x",
      met: (ratio) => ratio >= 0.8,
    },
  ];
}

/** Mails to one domain while as many to another wait in a tarpit, beside the same without it. */
export async function tp({ rounds, quick }) {
  const port = await freePort();
  // Below what a provider nobody knows is sent in a minute: 100 connections of 100 mails.
  const mails = quick ? 2_000 : 8_000;
  const good = await startSink("127.0.0.1", port, "-c");
  const tar = await startSink("127.0.0.2", port, "-c", "-w", "600");
  const beside = [];
  const alone = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const [without] = await tool("tarpit_bench", [port, "--mails", mails]);
      const [withTar] = await tool("tarpit_bench", [port, "--mails", mails, "--tarred", mails]);
      alone.push(without.rate);
      beside.push(withTar.rate);
    }
  } finally {
    await good.stop();
    await tar.stop();
  }
  return [
    {
      id: "TP",
      what: "mails to one domain while another one is a tarpit, vs without it",
      unit: "mails/s",
      ours: beside,
      floor: alone,
      must: ">= 0.95 x",
      met: (ratio) => ratio >= 0.95,
    },
  ];
}
