// Plays examples/pricing-page with simulated visitors, against the real server: events by its HTTP API, mails
// by real SMTP, clicks on the links in these mails, and weeks that pass by its virtual clock.
//
//   node tools/demo/demo.mjs [--visitors 1000] [--seed 1] [--exit]
//
// Ends with 1 when the numbers of the three sources differ. Without --exit the server stays up to look at.
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { eventually } from "../../tests/e2e/support/eventually.mjs";
import { freePort, keys, repository, Server } from "../../tests/e2e/support/server.mjs";
import { addsUp, printFunnel, readFunnel } from "./funnel.mjs";
import { startReceiver } from "./receiver.mjs";
import { expectedOf, planVisitors, slotHours, slotsInAll } from "./visitors.mjs";

const { values: options } = parseArgs({
  options: {
    visitors: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    exit: { type: "boolean", default: false },
  },
});
const visitorCount = Number(options.visitors);
const seed = Number(options.seed);
if (!Number.isSafeInteger(visitorCount) || visitorCount < 1 || !Number.isSafeInteger(seed)) {
  console.error("demo: --visitors must be a whole number from 1, --seed a whole number");
  process.exit(2);
}

const concurrency = 32;
const mailWithinMs = 30_000;
/** Longer than what is left of every wait when the last visitor has acted. */
const lastWait = "30d";
/** As a person's browser says it: a click by a link scanner would not count. */
const userAgent =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/** Runs `work` for each item, a bounded number at a time; rejects with the first error. */
async function each(items, work) {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

class Play {
  clicked = 0;
  unsubscribed = 0;

  constructor(server, receiver) {
    this.server = server;
    this.receiver = receiver;
    this.acts = {
      view: (visitor) => this.view(visitor),
      signUp: (visitor) => this.signUp(visitor),
      click: (visitor) => this.click(visitor),
      buy: (visitor) => this.buy(visitor),
      "unsubscribe:case-study": (visitor) => this.unsubscribe(visitor, "case-study"),
      "unsubscribe:guide": (visitor) => this.unsubscribe(visitor, "guide"),
    };
  }

  async run(visitors) {
    for (let slot = 0; slot < slotsInAll; slot++) {
      const due = visitors.flatMap((visitor) =>
        visitor.actions
          .filter((action) => action.slot === slot)
          .map(({ act }) => ({ visitor, act })),
      );
      // Who looks and signs up in one slot does both, one after the other.
      const people = Map.groupBy(due, ({ visitor }) => visitor);
      await each([...people.values()], async (actions) => {
        for (const { visitor, act } of actions) await this.acts[act](visitor);
      });
      await this.server.advance(`${slotHours}h`);
      const days = ((slot + 1) * slotHours) / 24;
      if (days % 7 === 0) console.log(`week ${days / 7}: ${this.receiver.total()} mails so far`);
    }
    await this.server.advance(lastWait);
  }

  async call(route, body, key) {
    const answer = await this.server.ingest(route, body, { key });
    if (answer.status !== 200) {
      throw new Error(`POST /v1/${route}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }

  view(visitor) {
    const who = visitor.signedUp ? { userId: visitor.userId } : {};
    return this.call(
      "page",
      { ...who, anonymousId: visitor.anonymousId, properties: { path: "/pricing" } },
      keys.browser,
    );
  }

  async signUp(visitor) {
    const { anonymousId, userId, email, firstName, industry, employees } = visitor;
    const traits = { email, firstName, employees, ...(industry ? { industry } : {}) };
    await this.call("identify", { anonymousId, userId, traits }, keys[visitor.signsUpBy]);
    visitor.signedUp = true;
  }

  buy({ number, userId }) {
    const properties = { order_id: `A-${number}`, revenue: 490, currency: "EUR" };
    return this.call("track", { userId, event: "Order Completed", properties }, keys.server);
  }

  mail(visitor, kind) {
    return eventually(
      `${visitor.email} has the ${kind}`,
      () => this.receiver.find(visitor.email, kind),
      mailWithinMs,
    );
  }

  async click(visitor) {
    const { link } = await this.mail(visitor, "case-study");
    const answer = await fetch(link, { redirect: "manual", headers: { "User-Agent": userAgent } });
    if (answer.status !== 302) throw new Error(`GET ${link}: ${answer.status}`);
    this.clicked += 1;
  }

  async unsubscribe(visitor, kind) {
    const { unsubscribe } = await this.mail(visitor, kind);
    const answer = await fetch(unsubscribe, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    });
    if (!answer.ok) throw new Error(`POST ${unsubscribe}: ${answer.status}`);
    this.unsubscribed += 1;
  }
}

async function startServer(receiver) {
  const server = new Server();
  server.data = path.join(repository, "build", "demo-data");
  await rm(server.data, { recursive: true, force: true });
  await mkdir(server.data, { recursive: true });
  server.port = await freePort();
  server.url = `http://127.0.0.1:${server.port}`;
  server.options = {
    env: {
      SOJOURN_SMTP_URL: receiver.url,
      SOJOURN_FROM: "Northwind <hello@northwind.example>",
      SOJOURN_POSTAL_ADDRESS: "1 Example Street, 75001 Paris",
    },
  };
  await server.launch();
  return server;
}

/** Each visitor's case study must be the one of their industry. */
function misdirected(visitors, receiver) {
  const industries = new Map(visitors.map(({ email, industry }) => [email, industry]));
  return receiver
    .all()
    .filter(({ kind, to, industry }) => kind === "case-study" && industry !== industries.get(to))
    .map(({ to, subject }) => `${to} got the case study "${subject}"`);
}

async function main() {
  const begin = performance.now();
  const receiver = await startReceiver(await freePort());
  let server;
  try {
    server = await startServer(receiver);
    await server.apply("examples/pricing-page");
    console.log(`${visitorCount} visitors, seed ${seed}, ${(slotsInAll * slotHours) / 24} days`);
    const visitors = planVisitors(visitorCount, seed);
    const play = new Play(server, receiver);
    await play.run(visitors);
    await eventually(
      "all mails have left",
      async () => (await server.get("/home")).messagesQueued === 0,
      mailWithinMs,
    );
    const rows = await readFunnel(
      visitors.map(expectedOf),
      play.clicked,
      play.unsubscribed,
      receiver,
      server,
    );
    printFunnel(rows);
    const problems = [...receiver.problems, ...misdirected(visitors, receiver)];
    for (const problem of problems.slice(0, 10)) console.log(problem);
    const good = rows.every(addsUp) && problems.length === 0;
    const seconds = ((performance.now() - begin) / 1000).toFixed(0);
    console.log(good ? `The numbers add up (${seconds} s).` : "The numbers do not add up.");
    if (!options.exit) {
      console.log(`\nSojourn runs at ${server.url}`);
      console.log(`Sign in as ${keys.email} with "${keys.password}". Ctrl-C ends it.`);
      await new Promise((resolve) =>
        ["SIGINT", "SIGTERM"].forEach((name) => process.once(name, resolve)),
      );
    }
    return good;
  } catch (error) {
    console.error(`demo: ${error.message}${error.cause ? `: ${error.cause.message}` : ""}`);
    return false;
  } finally {
    await server?.stop();
    await receiver.close();
  }
}

process.exit((await main()) ? 0 : 1);
