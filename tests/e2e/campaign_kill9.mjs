// kill -9 while a campaign is being sent, again and again on one data folder:
//
//   node campaign_kill9.mjs --rounds 10 --recipients 2000 [--seed N]
//
// The campaign runs through all of it. Promised: nobody is skipped, nobody gets it twice, and at most one mail is
// uncertain for each SMTP connection open at a kill; the ledger accounts for everybody after each start.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { eventually } from "./support/eventually.mjs";
import { sender } from "./support/inboxes.mjs";
import { seededRandom } from "./support/random.mjs";
import { Server } from "./support/server.mjs";
import { startSink } from "./support/sink.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    recipients: { type: "string", default: "2000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const [rounds, recipients, seed] = ["rounds", "recipients", "seed"].map((name) => {
  const value = Number(options[name]);
  if (!Number.isSafeInteger(value) || value < 1) {
    console.error(`--${name} is ${options[name]}, it must be a whole number from 1`);
    process.exit(2);
  }
  return value;
});

const readyWithinMs = 5_000;
const killBetweenMs = [50, 900];
const finishWithinMs = 900_000;
const batch = 100;
const random = seededRandom(seed);

async function addRecipients(server) {
  for (let from = 0; from < recipients; from += batch) {
    const calls = Array.from({ length: Math.min(batch, recipients - from) }, (_, i) => ({
      type: "identify",
      messageId: `who-${from + i}`,
      userId: `u${from + i}`,
      traits: { email: `u${from + i}@visitor.example`, reader: true },
    }));
    const { status } = await server.ingest("batch", { batch: calls });
    assert.equal(status, 200);
  }
  await eventually(
    "all are members",
    async () => (await server.get("/segments/readers")).size === recipients,
    60_000,
  );
}

function assertWhole({ audience, gone, notReached, states }) {
  if (audience === null) return; // it has not been read yet
  const sum = Object.values(states).reduce((all, count) => all + count, 0);
  assert.equal(audience, notReached + gone + sum, "the ledger accounts for everybody");
}

/** Kills are spread over the campaign: before each, so many mails have been accepted. */
async function rest(sink, round) {
  const share = (recipients * (round - 1)) / rounds;
  while (sink.accepted.size < share * 0.98) await pause(5);
  await pause(killBetweenMs[0] + random() * (killBetweenMs[1] - killBetweenMs[0]));
}

async function killOnce(server, sink, round, before) {
  await rest(sink, round);
  const open = sink.openConnections();
  await server.kill9();
  const readyMs = await server.launch();
  const campaign = await server.get("/campaigns/news");
  const uncertain = campaign.states.uncertain - before;
  assertWhole(campaign);
  assert.ok(readyMs <= readyWithinMs, `ready after ${Math.round(readyMs)} ms`);
  assert.ok(uncertain <= open, `${uncertain} uncertain, ${open} connections were open`);
  const twice = [...sink.recipients].filter(([, times]) => times > 1);
  assert.deepEqual(twice, [], "addresses that got it twice");
  console.log(
    `round ${round}: ok, ${campaign.state}, ready in ${Math.round(readyMs)} ms, ${uncertain} uncertain of ${open} ` +
      `open connections, ${sink.accepted.size} mails accepted, ${campaign.notReached} not reached`,
  );
  return campaign.states.uncertain;
}

async function verify(server, sink) {
  await eventually(
    "the campaign has finished",
    async () => (await server.get("/campaigns/news")).state === "finished",
    finishWithinMs,
  );
  const campaign = await server.get("/campaigns/news");
  assertWhole(campaign);
  assert.equal(campaign.audience, recipients);
  assert.equal(campaign.notReached, 0);
  assert.equal(campaign.states.sent + campaign.states.uncertain, recipients, "sent or uncertain");
  const ledger = await server.list("/campaigns/news/recipients");
  assert.equal(new Set(ledger.map(({ address }) => address)).size, recipients, "nobody is skipped");
  const lost = ledger.filter(
    ({ status, address }) => status === "sent" && sink.recipients.get(address) !== 1,
  );
  assert.deepEqual(lost.slice(0, 10), [], "called sent, and not accepted once");
  for (const journal of [sink.accepted, sink.recipients]) {
    assert.deepEqual(
      [...journal].filter(([, times]) => times > 1),
      [],
      "accepted twice",
    );
  }
  console.log(
    `${recipients} recipients, ${campaign.states.sent} sent, ${campaign.states.uncertain} uncertain, ` +
      `${sink.accepted.size} accepted`,
  );
}

console.log(`campaign_kill9: ${rounds} rounds, ${recipients} recipients, seed ${seed}`);
const sink = await startSink(() => random() * 10);
let server;
let failed = 0;
try {
  server = await Server.start({
    virtualClock: false,
    env: { ...sender, SOJOURN_SMTP_URL: sink.url },
  });
  await server.apply("tests/e2e/workspaces/campaigns");
  await addRecipients(server);
  await server.api("POST", "/campaigns/news/start", { hold: "0s" });
  let uncertain = 0;
  for (let round = 1; round <= rounds; round++) {
    uncertain = await killOnce(server, sink, round, uncertain);
  }
  await verify(server, sink);
} catch (error) {
  failed = 1;
  console.log(`FAILED: ${error.stack}\n${server?.log?.join("\n") ?? ""}`);
} finally {
  await server?.remove().catch((error) => {
    failed = 1;
    console.log(`FAILED stopping: ${error.message}`);
  });
  await sink.close();
}
if (failed > 0) {
  console.log(
    `repeat with: node campaign_kill9.mjs --rounds ${rounds} --recipients ${recipients} --seed ${seed}`,
  );
}
console.log(`${rounds + 1 - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
