// More than can wait: a call is taken whole or refused whole, and who sends it again loses nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "./support/eventually.mjs";
import { Server } from "./support/server.mjs";

const batchSize = 2_500;
const senders = 24;

let server;
before(async () => {
  server = await Server.start({ env: { SOJOURN_QUEUE_MAX: String(batchSize) } });
});
after(() => server?.remove());

const batch = (sender) => ({
  batch: Array.from({ length: batchSize }, (_, index) => ({
    type: "track",
    userId: `user-${index}`,
    event: "Flooded",
    messageId: `flood-${sender}-${index}`,
  })),
});

test("a flood is answered 429 with Retry-After, and every batch is in once after all", async () => {
  let refusals = 0;
  const send = async (sender) => {
    const body = JSON.stringify(batch(sender));
    for (;;) {
      const answer = await server.ingest("batch", body);
      if (answer.status === 200) return;
      assert.equal(answer.status, 429, JSON.stringify(answer.body));
      assert.equal(answer.body.code, "queue_full");
      assert.equal(answer.body.limit, String(batchSize));
      assert.ok(Number(answer.headers.get("retry-after")) >= 1);
      refusals += 1;
      await pause(100 + 100 * Math.random());
    }
  };
  await Promise.all(Array.from({ length: senders }, (_, sender) => send(sender)));
  assert.ok(refusals > 0, "some did not fit");
  const { eventsTotal } = await eventually("all are counted", async () => {
    const home = await server.get("/home");
    return home.eventsTotal >= senders * batchSize && home;
  });
  assert.equal(eventsTotal, senders * batchSize, "nothing of a refused batch was taken");
});

test("a limit below one batch is refused at the start", async () => {
  const refused = await Server.prepare({ env: { SOJOURN_QUEUE_MAX: "100" } });
  await assert.rejects(refused.launch(), /SOJOURN_QUEUE_MAX must be a number from 2500/);
  await refused.remove();
});
