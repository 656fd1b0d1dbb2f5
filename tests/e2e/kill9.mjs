// kill -9 under load, again and again on one data folder:
//
//   node kill9.mjs --rounds 20 [--seed N] [--clients 8] [--rate 400]
//
// Clients keep connections open and send events that each start a journey with one mail. At a random
// moment the server is killed and started again. What a client was promised (200) is kept in a journal
// here, what the SMTP receiver has accepted in another, and at the end both are compared with what the
// server says. Promised: no acknowledged event is lost and none is stored twice, no mail is accepted
// twice, at most one mail is uncertain for each SMTP connection open at the kill, ready within 5 s.
import assert from "node:assert/strict";
import http from "node:http";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { eventually } from "./support/eventually.mjs";
import { sender } from "./support/inboxes.mjs";
import { seededRandom } from "./support/random.mjs";
import { basic, keys, Server } from "./support/server.mjs";
import { startSink } from "./support/sink.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    clients: { type: "string", default: "8" },
    rate: { type: "string", default: "400" },
  },
});
const [rounds, seed, clients, rate] = ["rounds", "seed", "clients", "rate"].map((name) => {
  const value = Number(options[name]);
  if (!Number.isSafeInteger(value) || value < 1) {
    console.error(`--${name} is ${options[name]}, it must be a whole number from 1`);
    process.exit(2);
  }
  return value;
});

const workspace = path.join(import.meta.dirname, "workspaces", "welcome");
const readyWithinMs = 5_000;
const killBetweenMs = [150, 1_500];
const thinkAtMostMs = 15;
const drainWithinMs = 120_000;
const answerWithinMs = 10_000;
const resendShare = 0.05;

const random = seededRandom(seed);
const between = (low, high) => low + random() * (high - low);

/** What the server has promised to keep, and what it may or may not have: `messageId -> call`. */
const acknowledged = new Map();
const unanswered = new Map();

let passed = 0;
let failed = 0;
function check(what, verify) {
  try {
    verify();
    passed += 1;
    return true;
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${what}: ${error.message}`);
    return false;
  }
}

/** A new contact, whose first event starts the journey `welcome`. */
function newCall(round, client, number) {
  const userId = `r${round}-c${client}-${number}`;
  return {
    messageId: `signup-${userId}`,
    userId,
    event: "Signed Up",
    properties: { plan: "team" },
    context: { traits: { email: `${userId}@visitor.example`, firstName: "Ana" } },
  };
}

/** Mostly a new call; now and then one that was answered already, or one whose answer was lost. */
function nextCall(round, client, number) {
  const draw = random();
  const pool = draw < resendShare ? acknowledged : draw < 2 * resendShare ? unanswered : null;
  if (!pool?.size) return newCall(round, client, number);
  const chosen = Math.floor(random() * Math.min(pool.size, 100));
  let index = 0;
  for (const call of pool.values()) if (index++ === chosen) return call;
  return newCall(round, client, number);
}

/** Resolves with the status, or null when the connection ended without an answer. */
function post(server, agent, call) {
  return new Promise((resolve) => {
    const body = JSON.stringify(call);
    const request = http.request(`${server.url}/v1/track`, {
      method: "POST",
      agent,
      timeout: answerWithinMs,
      headers: {
        Authorization: basic(keys.server),
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(body),
      },
    });
    request.on("response", (answer) => {
      answer.resume().on("error", () => undefined);
      // The status line is the promise; the rest of the answer may be cut off by the kill.
      resolve(answer.statusCode);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(null));
    request.end(body);
  });
}

/** One client sends one call after the other at its share of the rate until `stopped()`. */
async function load(server, round, client, stopped) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const everyMs = (1000 * clients) / rate;
  const statuses = [];
  for (let number = 0, due = performance.now(); !stopped(); number++, due += everyMs) {
    if (due > performance.now()) await pause(due - performance.now());
    const call = nextCall(round, client, number);
    const status = await post(server, agent, call);
    if (status === 200) {
      acknowledged.set(call.messageId, call);
      unanswered.delete(call.messageId);
    } else if (!acknowledged.has(call.messageId)) {
      unanswered.set(call.messageId, call);
    }
    statuses.push(status);
    if (status === null) break;
  }
  agent.destroy();
  return statuses;
}

const uncertainCount = async (server) => (await server.list("/messages?status=uncertain")).length;

async function round(server, sink, number, before) {
  let killed = false;
  const running = Array.from({ length: clients }, (_, client) =>
    load(server, number, client, () => killed),
  );
  const killAfterMs = between(...killBetweenMs);
  await pause(killAfterMs);
  const open = sink.openConnections();
  killed = true;
  await server.kill9();
  const statuses = (await Promise.all(running)).flat();
  const readyMs = await server.launch();
  const uncertain = (await uncertainCount(server)) - before;
  const took = statuses.filter((status) => status === 200).length;
  const ok = check(`round ${number}`, () => {
    const odd = statuses.filter((status) => ![200, 429, null].includes(status));
    assert.deepEqual(odd, [], "answers other than 200 and 429");
    assert.ok(took > 0, "no event was taken: the round has shown nothing");
    assert.ok(readyMs <= readyWithinMs, `ready after ${Math.round(readyMs)} ms`);
    assert.ok(uncertain <= open, `${uncertain} uncertain, ${open} connections were open`);
    const twice = [...sink.accepted].filter(([, times]) => times > 1);
    assert.deepEqual(twice, [], "mails accepted twice");
  });
  console.log(
    `round ${number}: ${ok ? "ok" : "FAILED"}, killed after ${Math.round(killAfterMs)} ms, ` +
      `${took} of ${statuses.length} calls taken, ready in ${Math.round(readyMs)} ms, ` +
      `${uncertain} uncertain of ${open} open SMTP connections, ${sink.accepted.size} mails in all`,
  );
  return before + uncertain;
}

/** Waits until nothing is queued any more, then compares the three journals. */
async function verify(server, sink) {
  await eventually(
    "all mails have left",
    async () => (await server.get("/home")).messagesQueued === 0,
    drainWithinMs,
  );
  const events = await server.list("/events?name=Signed%20Up");
  const times = new Map();
  for (const { messageId } of events) times.set(messageId, (times.get(messageId) ?? 0) + 1);
  const messages = await server.list("/messages?journey=welcome");
  const messagesOf = new Map();
  for (const { contact } of messages) {
    messagesOf.set(contact.userId, (messagesOf.get(contact.userId) ?? 0) + 1);
  }

  check("every acknowledged event is in the log", () => {
    const lost = [...acknowledged.keys()].filter((id) => !times.has(id));
    assert.deepEqual(lost.slice(0, 10), [], `${lost.length} lost`);
  });
  check("no event is in the log twice", () => {
    const repeated = [...times].filter(([, count]) => count > 1);
    assert.deepEqual(repeated.slice(0, 10), [], `${repeated.length} repeated`);
  });
  check("the log holds nothing that was not sent", () => {
    const foreign = [...times.keys()].filter((id) => !acknowledged.has(id) && !unanswered.has(id));
    assert.deepEqual(foreign.slice(0, 10), []);
  });
  check("every contact whose event was acknowledged has one message", () => {
    const wrong = [...acknowledged.values()].filter(({ userId }) => messagesOf.get(userId) !== 1);
    assert.deepEqual(
      wrong.slice(0, 10).map(({ userId }) => userId),
      [],
      `${wrong.length} wrong`,
    );
  });
  check("every message is sent or uncertain", () => {
    const other = messages.filter(({ status }) => !["sent", "uncertain"].includes(status));
    assert.deepEqual(
      other.slice(0, 10).map(({ id, status, reason }) => ({ id, status, reason })),
      [],
      `${other.length} are in other states`,
    );
  });
  check("every message that is called sent was accepted once", () => {
    const wrong = messages.filter(
      ({ status, messageId }) => status === "sent" && acceptedTimes(sink, messageId) !== 1,
    );
    assert.deepEqual(
      wrong.slice(0, 10).map(({ messageId }) => messageId),
      [],
    );
  });
  check("no Message-ID and no recipient was accepted twice", () => {
    for (const journal of [sink.accepted, sink.recipients]) {
      assert.deepEqual(
        [...journal].filter(([, count]) => count > 1),
        [],
      );
    }
  });
  console.log(
    `${acknowledged.size} acknowledged, ${unanswered.size} without an answer, ${events.length} in the ` +
      `log, ${messages.length} messages, ${sink.accepted.size} mails accepted`,
  );
}

/** The API may write a Message-ID with or without its angle brackets. */
function acceptedTimes(sink, messageId) {
  const bare = String(messageId).replace(/^<|>$/g, "");
  return sink.accepted.get(`<${bare}>`) ?? 0;
}

console.log(`kill9: ${rounds} rounds, seed ${seed}, ${clients} clients, ${rate} events/s`);
const sink = await startSink(() => random() * thinkAtMostMs);
let server;
try {
  server = await Server.start({
    virtualClock: false,
    env: { ...sender, SOJOURN_SMTP_URL: sink.url },
  });
  await server.apply(workspace);
  let uncertain = 0;
  for (let number = 1; number <= rounds; number++) {
    uncertain = await round(server, sink, number, uncertain);
  }
  await verify(server, sink);
} catch (error) {
  failed += 1;
  console.log(`FAILED: ${error.stack}\n${server?.log?.join("\n") ?? ""}`);
} finally {
  await server?.remove().catch((error) => {
    failed += 1;
    console.log(`FAILED stopping: ${error.message}`);
  });
  await sink.close();
}
if (failed > 0) console.log(`repeat with: node kill9.mjs --rounds ${rounds} --seed ${seed}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
