// Whatever is wrong with a call gets a clear refusal, and nothing of it is stored.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { eventually } from "./support/eventually.mjs";
import { keys, Server } from "./support/server.mjs";

let server;
before(async () => (server = await Server.start()));
after(() => server?.remove());

let made = 0;
/** A valid track call that nobody has sent yet. */
function track(fields = {}) {
  made += 1;
  return { userId: "ana", event: "Limit Probed", messageId: `limit-${made}`, ...fields };
}

/** A call in a batch names its type; elsewhere the path does. */
const inBatch = (fields) => ({ type: "track", ...track(fields) });

/**
 * Asserts that of `refused` nothing is in the log. A valid call sent after them marks the place up to
 * which the log has been read.
 */
async function assertNotStored(...refused) {
  const marker = track();
  assert.equal((await server.ingest("track", marker)).status, 200);
  const events = await eventually("the marker is stored", async () => {
    const all = await server.list("/events");
    return all.some(({ messageId }) => messageId === marker.messageId) && all;
  });
  const stored = new Set(events.map(({ messageId }) => messageId));
  assert.deepEqual(
    refused.map(({ messageId }) => messageId).filter((id) => stored.has(id)),
    [],
    "refused, and stored nevertheless",
  );
}

/** Asserts the form of RFC 9457 with our five members, and what the case says of them. */
function assertProblem(answer, expected) {
  assert.equal(answer.status, expected.status, JSON.stringify(answer.body));
  assert.match(answer.headers.get("content-type"), /^application\/problem\+json/);
  for (const member of [
    "type",
    "title",
    "status",
    "detail",
    "code",
    "field",
    "value",
    "limit",
    "fix",
  ]) {
    assert.ok(member in answer.body, `the problem has no ${member}`);
  }
  assert.equal(answer.body.status, expected.status);
  assert.match(answer.body.code, /^[a-z][a-z0-9_]*$/);
  if (expected.status !== 404) assert.ok(answer.body.fix, "the problem says what to do");
  if ("field" in expected) assert.equal(answer.body.field, expected.field);
  if ("value" in expected) assert.equal(answer.body.value, expected.value);
  return { ...answer.body, limit: answer.body.limit === null ? null : Number(answer.body.limit) };
}

describe("a call is refused and changes nothing when", () => {
  test("its write key is wrong", async () => {
    const call = track();
    assertProblem(await server.ingest("track", call, { key: "nobody-has-this-key" }), {
      status: 401,
    });
    await assertNotStored(call);
  });

  test("it has no write key", async () => {
    const call = track();
    assertProblem(await server.ingest("track", call, { key: null }), { status: 401 });
    await assertNotStored(call);
  });

  test("the wrong write key stands in its body", async () => {
    const call = track();
    const body = { ...call, writeKey: "nobody-has-this-key" };
    assertProblem(await server.ingest("track", body, { key: null }), { status: 401 });
    await assertNotStored(call);
  });

  for (const [what, body] of [
    ["cut off", '{"userId":"ana","event":"Limit Probed","messageId":"malformed-1"'],
    ["no JSON", "userId=ana&event=Limit+Probed"],
    ["a list", '[{"userId":"ana","event":"Limit Probed","messageId":"malformed-2"}]'],
    ["empty", ""],
    ["no UTF-8", Buffer.from('{"userId":"\xff","event":"x","messageId":"malformed-3"}', "latin1")],
    ["followed by more", '{"userId":"ana","event":"x","messageId":"malformed-4"} {}'],
  ]) {
    test(`its body is ${what}`, async () => {
      assertProblem(await server.ingest("track", body), { status: 400 });
      await assertNotStored(...[1, 2, 3, 4].map((n) => ({ messageId: `malformed-${n}` })));
    });
  }

  for (const [what, fields, expected] of [
    ["names nobody", { userId: undefined }, {}],
    ["has no event name", { event: undefined }, { field: "event" }],
    ["has an event name that is no text", { event: ["x"] }, { field: "event", value: '["x"]' }],
    ["has properties that are no object", { properties: "x" }, { field: "properties" }],
    ["has a time that is none", { timestamp: "soon" }, { field: "timestamp", value: "soon" }],
  ]) {
    test(`it ${what}`, async () => {
      const call = track(fields);
      assertProblem(await server.ingest("track", call), { status: 400, ...expected });
      await assertNotStored(call);
    });
  }

  test("its type is unknown", async () => {
    const call = track();
    assertProblem(await server.ingest("purchase", call), { status: 404 });
    await assertNotStored(call);
  });

  test("it is a GET", async () => {
    const before = await server.get("/home");
    const answer = await server.ingest("track", undefined, { method: "GET" });
    assert.ok([404, 405].includes(answer.status), `GET /v1/track: ${answer.status}`);
    const after_ = await server.get("/home");
    assert.equal(after_.eventsTotal, before.eventsTotal);
    assert.equal(after_.contacts, before.contacts);
  });
});

describe("a call of 32 kB", () => {
  /** A call of exactly this many bytes as JSON. */
  function ofSize(bytes) {
    const call = track({ properties: { text: "" } });
    call.properties.text = "x".repeat(bytes - JSON.stringify(call).length);
    return call;
  }

  test("is taken at the limit that the server names, and refused one byte above", async () => {
    const { limit } = assertProblem(await server.ingest("track", ofSize(40_000)), { status: 413 });
    assert.ok([32_000, 32_768].includes(limit), `the limit is ${limit} bytes`);
    const largest = ofSize(limit);
    const larger = ofSize(limit + 1);
    assert.equal((await server.ingest("track", largest)).status, 200);
    assertProblem(await server.ingest("track", larger), { status: 413 });
    await assertNotStored(larger);
    assert.equal((await server.eventsWith([largest.messageId])).length, 1);
  });

  test("in a batch is refused by itself, and the others are taken", async () => {
    const good = inBatch();
    const large = { type: "track", ...ofSize(40_000) };
    const answer = await server.ingest("batch", { batch: [large, good] });
    assert.equal(answer.status, 207);
    assert.equal(answer.body.accepted, 1);
    assert.equal(answer.body.errors.length, 1);
    assert.equal(answer.body.errors[0].index, 0);
    assert.equal(answer.body.errors[0].messageId, large.messageId);
    await assertNotStored(large);
    assert.equal((await server.eventsWith([good.messageId])).length, 1);
  });
});

describe("a batch", () => {
  test("of 2,500 calls is taken, and of 2,501 refused", async () => {
    const calls = Array.from({ length: 2_501 }, () => inBatch({ event: "L" }));
    const extra = calls.at(-1);
    const problem = assertProblem(await server.ingest("batch", { batch: calls }), { status: 400 });
    assert.equal(problem.limit, 2_500);
    assert.equal(problem.field, "batch");
    await assertNotStored(...calls);
    const taken = calls.slice(0, 2_500);
    assert.equal((await server.ingest("batch", { batch: taken })).status, 200);
    const stored = await eventually("all are stored", async () => {
      const found = await server.eventsWith(calls.map(({ messageId }) => messageId));
      return found.length >= 2_500 && found;
    });
    assert.equal(stored.length, 2_500);
    assert.ok(!stored.some(({ messageId }) => messageId === extra.messageId));
  });

  test("of 500 kB is taken at the limit that the server names, and refused one byte above", async () => {
    const ofSize = (bytes) => {
      const body = {
        batch: Array.from({ length: 25 }, () => inBatch({ properties: { text: "" } })),
      };
      let missing = bytes - JSON.stringify(body).length;
      for (const call of body.batch) {
        const part = Math.min(missing, 25_000);
        call.properties.text = "x".repeat(part);
        missing -= part;
      }
      assert.equal(JSON.stringify(body).length, bytes);
      return body;
    };
    const { limit } = assertProblem(await server.ingest("batch", ofSize(600_000)), { status: 413 });
    assert.ok([500_000, 512_000].includes(limit), `the limit is ${limit} bytes`);
    assert.equal((await server.ingest("batch", ofSize(limit))).status, 200);
    const larger = ofSize(limit + 1);
    assertProblem(await server.ingest("batch", larger), { status: 413 });
    await assertNotStored(...larger.batch);
  });

  test("answers for each call that is wrong, by index, id, code and field, and takes the others", async () => {
    const calls = [
      inBatch(),
      inBatch({ type: "purchase" }),
      inBatch({ event: undefined }),
      inBatch(),
      inBatch({ userId: undefined }),
    ];
    const answer = await server.ingest("batch", { batch: calls });
    assert.equal(answer.status, 207);
    assert.equal(answer.body.accepted, 2);
    const { errors } = answer.body;
    assert.deepEqual(
      errors.map(({ index, messageId }) => [index, messageId]),
      [1, 2, 4].map((index) => [index, calls[index].messageId]),
    );
    for (const error of errors) {
      assert.match(error.code, /^[a-z][a-z0-9_]*$/);
      for (const member of ["field", "value", "limit"]) assert.ok(member in error, member);
    }
    assert.match(errors[0].field, /type$/);
    assert.equal(errors[0].value, "purchase");
    assert.match(errors[1].field, /event$/);
    await assertNotStored(calls[1], calls[2], calls[4]);
    const taken = await server.eventsWith([calls[0].messageId, calls[3].messageId]);
    assert.equal(taken.length, 2);
  });

  test("that is no list is refused", async () => {
    const call = inBatch();
    const answer = await server.ingest("batch", { batch: call });
    assertProblem(answer, { status: 400, field: "batch" });
    await assertNotStored(call);
  });
});

describe("a body of 10 MB", () => {
  const bytes = 10 * 1024 * 1024;

  test("is refused with 413 without being read to its end", async () => {
    const call = track();
    const begin = JSON.stringify(call).slice(0, -1) + ',"properties":{"text":"';
    const status = await new Promise((resolve, reject) => {
      const request = http.request(`${server.url}/v1/track`, {
        method: "POST",
        headers: {
          Authorization: `Basic ${Buffer.from(`${keys.server}:`).toString("base64")}`,
          "Content-Type": "application/json",
          "Content-Length": bytes,
        },
      });
      request.on("response", (answer) => {
        resolve(answer.statusCode);
        request.destroy();
      });
      request.on("error", reject);
      // The rest is never sent: the answer must not wait for it.
      request.write(begin + "x".repeat(64 * 1024));
    });
    assert.equal(status, 413);
    await assertNotStored(call);
  });

  test("is refused as well when it was packed into a small one", async () => {
    const call = track({ properties: { text: "x".repeat(bytes) } });
    const packed = gzipSync(JSON.stringify(call));
    assert.ok(packed.length < 20_000);
    const headers = { "Content-Encoding": "gzip" };
    assertProblem(await server.ingest("track", packed, { headers }), { status: 413 });
    await assertNotStored(call);
  });
});

describe("what clients of the Segment API send is taken:", () => {
  const stored = async (call) => (await server.eventsWith([call.messageId])).length;

  for (const [what, send] of [
    ["the key in the body", (call) => [{ ...call, writeKey: keys.server }, { key: null }]],
    ["JSON as text/plain", (call) => [call, { headers: { "Content-Type": "text/plain" } }]],
    [
      "gzip with the content type of a form, as axios sends it",
      (call) => [
        gzipSync(JSON.stringify(call)),
        {
          headers: {
            "Content-Encoding": "gzip",
            "Content-Type": "application/x-www-form-urlencoded",
          },
        },
      ],
    ],
  ]) {
    test(what, async () => {
      const call = track();
      const [body, options] = send(call);
      assert.equal((await server.ingest("track", body, options)).status, 200);
      assert.equal(await stored(call), 1);
    });
  }

  test("the same call twice, once", async () => {
    const call = track();
    assert.equal((await server.ingest("track", call)).status, 200);
    assert.equal((await server.ingest("track", call)).status, 200);
    assert.equal(
      (
        await server.ingest("batch", {
          batch: [call, call].map((one) => ({ type: "track", ...one })),
        })
      ).status,
      200,
    );
    assert.equal(await stored(call), 1);
  });

  test("a time by a clock that is an hour fast, corrected by sentAt", async () => {
    const hour = 60 * 60 * 1000;
    const at = (ms) => new Date(Date.now() + ms).toISOString();
    const call = track({ timestamp: at(hour - 60_000), sentAt: at(hour) });
    assert.equal((await server.ingest("track", call)).status, 200);
    const [event] = await server.eventsWith([call.messageId]);
    const age = Date.parse(event.receivedAt) - Date.parse(event.at);
    assert.ok(Math.abs(age - 60_000) < 5_000, `it happened ${age} ms before it came in`);
  });

  test("a time called originalTimestamp, as RudderStack's library calls it", async () => {
    const originalTimestamp = new Date(Date.now() - 3_600_000).toISOString();
    const call = track({ originalTimestamp });
    assert.equal((await server.ingest("track", call)).status, 200);
    const [event] = await server.eventsWith([call.messageId]);
    assert.equal(event.at, originalTimestamp);
  });

  test("a preflight from any origin", async () => {
    const answer = await fetch(`${server.url}/v1/t`, {
      method: "OPTIONS",
      headers: {
        Origin: "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
      },
    });
    assert.ok(answer.ok, `OPTIONS: ${answer.status}`);
    assert.ok(
      ["*", "https://shop.example"].includes(answer.headers.get("access-control-allow-origin")),
    );
    assert.match(answer.headers.get("access-control-allow-methods"), /POST/);
    assert.match(answer.headers.get("access-control-allow-headers"), /authorization/i);
    assert.match(answer.headers.get("access-control-allow-headers"), /content-type/i);
  });
});
