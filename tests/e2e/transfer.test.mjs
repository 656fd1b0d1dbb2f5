// 20,000 rows of which 278 are bad: dry run, import with a kill -9 in its middle, undo, and a round
// trip of what was exported.
import assert from "node:assert/strict";
import { readFile, rm, writeFile, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { keys, Server } from "./support/server.mjs";

const rows = 20_000;
const bad = 278;
const known = 1_310;
const jobWithinMs = 180_000;
const mapping = [
  ["Customer", "userId"],
  ["E-Mail", "email"],
  ["Plan", "attribute:plan"],
  ["Seats", "attribute:seats:number"],
  ["Since", "attribute:since:date:day/month/year"],
].flatMap(([column, as]) => ["--map", `${column}=${as}`]);

const isBad = (row) => row >= 1_000 && row < 1_000 + bad;

/** With a BOM, `;`, quotes, line breaks within quotes, a formula and three kinds of bad rows. */
function csv() {
  const lines = ["Customer;E-Mail;Plan;Seats;Since;Notes"];
  for (let row = 0; row < rows; row += 1) {
    const email = isBad(row) && row % 3 === 0 ? "nobody" : `user${row}@Example.com`;
    const seats = isBad(row) && row % 3 === 1 ? "many" : row % 40;
    const since = isBad(row) && row % 3 === 2 ? "31/02/2020" : "28/02/2020";
    lines.push(`u${row};${email};"'=plan ""${row % 7}"";\nx";${seats};${since};ignored`);
  }
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

let server;
let folder;
before(async () => {
  server = await Server.start({ virtualClock: false });
  folder = await mkdtemp(path.join(tmpdir(), "sojourn-transfer-"));
  await writeFile(path.join(folder, "people.csv"), csv());
  // Some are there already, and one has a plan of its own.
  for (let first = 0; first < known; first += 500) {
    const count = Math.min(500, known - first);
    const batch = Array.from({ length: count }, (_, index) => ({
      type: "identify",
      userId: `u${first + index}`,
      messageId: `before-${first + index}`,
      traits: { plan: "before" },
    }));
    assert.equal((await server.ingest("batch", { batch })).status, 200);
  }
});
after(async () => {
  await server?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const inFolder = (name) => path.join(folder, name);

const run = (...args) => server.run(args, { timeout: jobWithinMs });

const counts = (stdout) =>
  Object.fromEntries(
    [...stdout.matchAll(/^(\w+) +(\d+)$/gm)]
      .filter(([, name]) => name !== "job")
      .map(([, name, count]) => [name, Number(count)]),
  );

const ended = (id) =>
  eventually(
    `job ${id} ends`,
    async () => {
      try {
        const job = await server.get(`/jobs/${id}`);
        return !["queued", "running"].includes(job.state) && job;
      } catch (error) {
        if (error.status) throw error;
        return false;
      }
    },
    jobWithinMs,
  );

const contactCount = async () => (await server.get("/home")).contacts;

const expected = {
  bad,
  new: rows - known,
  updated: known - bad,
};

test("a dry run counts new, updated and bad rows and changes nothing", async () => {
  const dry = await run("import", inFolder("people.csv"), ...mapping, "--dry-run");
  assert.equal(dry.code, 2, dry.stderr);
  assert.deepEqual(counts(dry.stdout), expected);
  assert.equal(await contactCount(), known);
  assert.equal((await server.contact("u5")).attributes.plan.value, "before");
});

let importId;
test("an import goes on after kill -9 and does nothing twice", async () => {
  const part = 4 << 20;
  const bytes = await readFile(inFolder("people.csv"));
  assert.ok(bytes.length < part, "it fits one part");
  const answer = await fetch(`${server.url}/api/v1/uploads`, {
    method: "POST",
    headers: { Authorization: `Bearer ${keys.api}` },
    body: bytes,
  });
  const upload = (await answer.json()).id;
  const preview = await server.api("POST", "/imports/preview", { upload });
  assert.equal(preview.separator, ";");
  assert.deepEqual(preview.headers.slice(0, 2), ["Customer", "E-Mail"]);
  const columns = [
    { column: "Customer", as: "userId" },
    { column: "E-Mail", as: "email" },
    { column: "Plan", as: "attribute", name: "plan" },
    { column: "Seats", as: "attribute", name: "seats", type: "number" },
    { column: "Since", as: "attribute", name: "since", type: "date", date: "day/month/year" },
  ];
  const job = await server.api("POST", "/imports", { upload, mapping: { columns } });
  importId = job.id;
  await eventually("it is in its middle", async () => {
    const { done } = await server.get(`/jobs/${importId}`);
    return done > 2_000;
  });
  await server.kill9();
  await server.launch();
  const { done: atStart } = await server.get(`/jobs/${importId}`);
  assert.ok(atStart < rows, "the kill came in its middle");
  const end = await ended(importId);
  assert.equal(end.state, "done", JSON.stringify(end.error));
  assert.equal(end.done, rows);
  assert.equal(end.total, rows);
  assert.deepEqual(end.counts, expected);
  assert.equal(await contactCount(), rows);
  const { eventsTotal } = await server.get("/home");
  assert.equal(eventsTotal, known + rows - bad, "one event a good row");
});

test("the bad rows come with what is wrong, and can be imported once corrected", async () => {
  const answer = await fetch(`${server.url}/api/v1/imports/${importId}/errors`, {
    headers: { Authorization: `Bearer ${keys.api}` },
  });
  assert.equal(answer.status, 200);
  const text = await answer.text();
  for (const code of ["invalid_email", "not_a_number", "not_a_date"])
    assert.ok(text.includes(code));
  assert.equal(text.match(/^\d+,/gm).length, bad);
  const corrected = text
    .replaceAll(/,nobody,/g, ",fixed@example.com,")
    .replaceAll(/,many,(?=\d\d\/)/g, ",1,")
    .replaceAll("31/02/2020", "28/02/2020");
  await writeFile(inFolder("corrected.csv"), corrected);
  const dry = await run("import", inFolder("corrected.csv"), ...mapping, "--dry-run");
  assert.equal(counts(dry.stdout).bad ?? 0, 0, dry.stdout + dry.stderr);
});

test("what is exported and imported elsewhere is the same", async () => {
  for (const format of ["csv", "jsonl"]) {
    const file = inFolder(`contacts.${format}`);
    const exported = await run("export", "contacts", "--format", format, "-o", file);
    assert.equal(exported.code, 0, exported.stderr);
    const other = await Server.start({ virtualClock: false });
    const own = server;
    try {
      server = other;
      const maps = format === "csv" ? ["--map", "since=attribute:since:text"] : [];
      const imported = await run("import", file, ...maps);
      assert.equal(imported.code, 0, imported.stderr);
      assert.deepEqual(counts(imported.stdout), { new: rows });
      const again = inFolder(`again.${format}`);
      assert.equal((await run("export", "contacts", "--format", format, "-o", again)).code, 0);
      const sorted = async (name) =>
        (await readFile(name, "utf8")).split(/\r?\n/).sort().join("\n");
      assert.equal(await sorted(again), await sorted(file), format);
    } finally {
      server = own;
      await other.remove();
    }
  }
});

test("an undo removes who was made and gives back what was overwritten", async () => {
  // Two that something else has touched since: they stay as they are.
  for (const [userId, traits] of [
    ["u0", { plan: "own choice" }],
    [`u${rows - 1}`, { city: "Lyon" }],
  ]) {
    const call = { userId, traits, messageId: `touch-${userId}` };
    assert.equal((await server.ingest("identify", call)).status, 200);
  }
  const undo = await run("import", "--undo", importId);
  assert.equal(undo.code, 0, undo.stderr);
  const done = counts(undo.stdout);
  assert.equal(done.removed, rows - known - 1);
  assert.equal(done.keptContacts, 1);
  assert.equal(done.changedSince, 1, "the plan of u0");
  assert.equal(await contactCount(), known + 1);
  const file = inFolder("left.jsonl");
  assert.equal((await run("export", "contacts", "--format", "jsonl", "-o", file)).code, 0);
  const left = (await readFile(file, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const plans = new Map(left.map(({ userId, traits }) => [userId, traits]));
  assert.deepEqual(plans.get("u0"), { plan: "own choice" });
  assert.deepEqual(plans.get("u5"), { plan: "before" });
  assert.deepEqual(plans.get(`u${rows - 1}`), { city: "Lyon" });
  const twice = await run("import", "--undo", importId);
  assert.equal(twice.code, 1);
  assert.match(twice.stderr, /undone already/);
});
