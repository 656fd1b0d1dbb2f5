// CP: a campaign to everybody: how soon its first mail is out, what memory it takes, whether its ledger is complete.
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../tests/e2e/support/server.mjs";
import {
  emptyFolder,
  endServer,
  plantContacts,
  residentBytes,
  startServer,
} from "../processes.mjs";

const finishWithinMs = 3_600_000;

const files = {
  "news.yaml": `kind: template
key: news
subject: News for {{ contact.firstName }}
html: |
  <p>Hello {{ contact.firstName }}, <a href="https://shop.example/new">this is new</a>.</p>
  <p>{{ workspace.postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></p>
`,
  "everybody.yaml": `kind: campaign
key: everybody
audience: everyone
template: news
`,
};

/** Postfix's receiver, which takes mails as fast as anybody sends them. */
async function startSink() {
  const port = await freePort();
  const user = process.getuid() === 0 ? ["-u", "root"] : [];
  const program = process.env.SMTP_SINK_BIN || "/usr/sbin/smtp-sink";
  const sink = spawn(program, [...user, `127.0.0.1:${port}`, "1000"], { stdio: "ignore" });
  await pause(300);
  const exited = new Promise((resolve) => sink.once("exit", resolve));
  return {
    port,
    async close() {
      sink.kill("SIGTERM");
      await exited;
    },
  };
}

async function workspace() {
  const folder = await emptyFolder("cp-workspace");
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

/** Sends it; `{firstMs, seconds, peak, campaign}`, peak in bytes above the idle server. */
async function send(server) {
  const idle = await residentBytes(server.process.pid);
  const begin = performance.now();
  await server.api("POST", "/campaigns/everybody/start", { hold: "0s" });
  let peak = 0;
  let firstMs;
  for (;;) {
    const campaign = await server.get("/campaigns/everybody");
    const took = performance.now() - begin;
    if (firstMs === undefined && campaign.states.sent > 0) firstMs = took;
    peak = Math.max(peak, (await residentBytes(server.process.pid)) - idle);
    if (campaign.state === "finished") return { firstMs, seconds: took / 1000, peak, campaign };
    if (campaign.state !== "sending" && campaign.state !== "holding") {
      throw new Error(`the campaign is ${campaign.state}: ${campaign.reason}`);
    }
    if (took > finishWithinMs) throw new Error("the campaign does not end");
    await pause(firstMs === undefined ? 5 : 250);
  }
}

export async function cp({ quick, note }) {
  const contacts = quick ? 20_000 : 1_000_000;
  const sink = await startSink();
  let server;
  try {
    server = await startServer({
      name: "cp",
      workspace: await workspace(),
      env: {
        SOJOURN_SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
        SOJOURN_FROM: "Bench <hello@sender.example>",
        SOJOURN_POSTAL_ADDRESS: "1 Example Street",
      },
    });
    await plantContacts(server, contacts);
    const { firstMs, seconds, peak, campaign } = await send(server);
    const entered = Object.values(campaign.states).reduce((sum, count) => sum + count, 0);
    const missing = campaign.audience - campaign.gone - entered;
    note(
      `CP: ${campaign.states.sent} of ${campaign.audience} sent in ${seconds.toFixed(1)} s, ` +
        `${(campaign.states.sent / seconds).toFixed(0)}/s; ${campaign.notReached} not reached, ${missing} missing`,
    );
    const row = (what, unit, value, must, met) => ({
      id: "CP",
      what: `campaign to ${contacts} contacts: ${what}`,
      unit,
      ours: [value],
      must,
      met: (_ratio, measured) => met(measured),
    });
    return [
      row("first mail after the start", "ms", firstMs, "< 2000", (value) => value < 2000),
      row("memory above idle", "MiB", peak / 2 ** 20, "< 150", (value) => value < 150),
      row("contacts without an outcome", "", contacts - campaign.states.sent, "0", (v) => v === 0),
    ];
  } finally {
    if (server) await endServer(server);
    await sink.close();
  }
}
