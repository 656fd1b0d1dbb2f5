// T1 and T2: from an event to the mail that it triggers.
import path from "node:path";
import { freePort, keys } from "../../tests/e2e/support/server.mjs";
import { endServer, salt, scratch, startServer, tool } from "../processes.mjs";

const workspace = "tests/e2e/workspaces/welcome";

async function triggered(steps) {
  const smtpPort = await freePort();
  const server = await startServer({
    name: "mail",
    workspace,
    env: {
      SOJOURN_SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
      SOJOURN_FROM: "Bench <hello@sender.example>",
      SOJOURN_POSTAL_ADDRESS: "1 Example Street",
    },
  });
  try {
    const args = ["--port", server.port, "--smtp-port", smtpPort, "--key", keys.server];
    return await tool("mail_latency", [...args, "--salt", salt(), "--steps", steps]);
  } finally {
    await endServer(server);
  }
}

async function plain(steps) {
  const smtpPort = await freePort();
  const file = path.join(scratch, "mail-floor");
  return tool("mail_latency", ["--floor", file, "--smtp-port", smtpPort, "--steps", steps]);
}

/** Beside two durable appends and a mail over a kept connection. */
export async function t1({ quick }) {
  const half = quick ? 8 : 30;
  const ours = { p50: [], p99: [] };
  const floor = { p50: [], p99: [] };
  const take = (into, [step]) => {
    into.p50.push(step.p50);
    into.p99.push(step.p99);
  };
  for (let round = 0; round < 2; round++) {
    take(floor, await plain(`5x${half}`));
    take(ours, await triggered(`5x${half}`));
  }
  const what = (name) => `${name}, event to accepted mail at 5/s vs two fdatasyncs and SMTP`;
  return [
    { id: "T1", what: what("p50"), unit: "ms", ours: ours.p50, floor: floor.p50 },
    {
      id: "T1",
      what: what("p99"),
      unit: "ms",
      ours: ours.p99,
      floor: floor.p99,
      must: "<= 25 ms",
      met: (_ratio, value) => value <= 25,
    },
  ];
}

/** The highest rate at which all mails come and 99 of 100 within a second. */
export async function t2({ quick, note }) {
  const seconds = quick ? 3 : 6;
  const rates = [100, 250, 500, 750, 1000, 1500, 2000, 3000, 4000];
  const [base] = await plain(`0x${seconds}`);
  const steps = await triggered(rates.map((rate) => `${rate}x${seconds}`).join(","));
  for (const { rate, events, mails, refused, p50, p99 } of steps) {
    note(
      `T2: ${rate}/s: ${mails} of ${events} mails, ${refused} events refused, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`,
    );
  }
  const held = steps.filter(({ p99, mails, events }) => p99 < 1000 && mails === events);
  return [
    {
      id: "T2",
      what: "triggered mails at p99 < 1 s vs bare SMTP",
      unit: "mails/s",
      ours: [Math.max(0, ...held.map(({ rate }) => rate))],
      floor: [base.mails / base.seconds],
      must: ">= 500/s",
      met: (_ratio, value) => value >= 500,
    },
  ];
}
