// S1, S2, M1 and S6: segments over all contacts, beside ClickHouse and DuckDB on the same contacts, events and
// questions, one thread each; what a contact takes in memory; counts while typing.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { binary, repository } from "../../tests/e2e/support/server.mjs";
import { emptyFolder } from "../processes.mjs";

const execute = promisify(execFile);
const tools = path.join(path.dirname(binary), "bench");
const inSql = path.join(repository, "bench", "figures", "segments_in_sql.mjs");
const questions = {
  A: "two attributes",
  B: "2 purchases in 30 days",
  C: "in two segments",
  D: "sum over all events",
};

async function lines(program, ...parameters) {
  const { stdout } = await execute(program, parameters.map(String), { maxBuffer: 1 << 24 });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const count = (number) => number.toLocaleString("en");

export async function s1({ rounds, quick, note }) {
  const contacts = quick ? 100_000 : 1_000_000;
  const events = contacts * 10;
  const ours = await lines(path.join(tools, "audience_bench"), "queries", contacts, events, rounds);
  const rows = [];
  for (const engine of ["clickhouse", "duckdb"]) {
    for (const theirs of await lines(process.execPath, inSql, engine, contacts, events, rounds)) {
      const own = ours.find(({ query }) => query === theirs.query);
      if (own.count !== theirs.count) {
        throw new Error(`${theirs.query}: ${own.count} contacts, ${engine} has ${theirs.count}`);
      }
      const most = theirs.query === "D" ? 0.3 : 0.5;
      rows.push({
        id: "S1",
        what: `${theirs.query}: ${questions[theirs.query]}, vs ${engine}`,
        unit: "ms",
        ours: own.ms,
        floor: theirs.ms,
        must: `<= ${most} x`,
        met: (ratio) => ratio <= most,
      });
    }
  }
  const found = ours.map(({ query, count: members }) => `${query} ${count(members)}`).join(", ");
  note(`S1: ${count(contacts)} contacts, ${count(events)} events; equal in all three: ${found}`);
  return rows.sort((a, b) => a.what.localeCompare(b.what));
}

export async function s2({ rounds, quick }) {
  const contacts = quick ? 1_000_000 : 10_000_000;
  const answers = await lines(
    path.join(tools, "audience_bench"),
    "queries",
    contacts,
    contacts,
    rounds,
  );
  const both = answers.find(({ query }) => query === "A and B");
  return [
    {
      id: "S2",
      what: `one segment of ${count(contacts)} contacts: attributes and purchases`,
      unit: "ms",
      ours: both.ms,
      must: "<= 1500 ms",
      met: (_, value) => value <= 1500,
    },
  ];
}

export async function m1({ quick, note }) {
  const contacts = quick ? 100_000 : 1_000_000;
  const [memory] = await lines(path.join(tools, "audience_bench"), "memory", contacts);
  note(`M1: of these ${memory.bytes} bytes are columns and bitmaps; the rest is the allocator's`);
  return [
    {
      id: "M1",
      what: "resident a contact with 10 attributes in 20 segments",
      unit: "B",
      ours: [memory.resident],
      must: "<= 250",
      met: (_, value) => value <= 250,
    },
  ];
}

export async function s6({ quick, note }) {
  const contacts = quick ? 100_000 : 1_000_000;
  const folder = await emptyFolder("s6");
  const [answer] = await lines(
    path.join(tools, "preview_bench"),
    path.join(folder, "data"),
    contacts,
    contacts * 10,
    quick ? 70 : 280,
  );
  await emptyFolder("s6");
  note(
    `S6: the first question after a start ${answer.first} ms (a sample), the index ${Math.round(answer.load)} ms later; ` +
      `held by the index: p50 ${answer.held.p50} ms, max ${answer.held.max} ms, all exact: ${answer.held.exact}; ` +
      `${answer.bytes} bytes a contact`,
  );
  if (!answer.held.exact || !answer.scanExact) throw new Error("a count was not exact");
  const row = (what, unit, ours, must, most) => ({
    id: "S6",
    what,
    unit,
    ours: [ours].flat(),
    must,
    met: (_, value) => value <= most,
  });
  return [
    row(`p95 of a count, ${count(contacts)} contacts`, "ms", answer.held.p95, "<= 300", 300),
    row("p95 of a sample of new behaviour", "ms", answer.sampled.p95, "<= 300", 300),
    row(
      "until new behaviour is exact",
      "s",
      answer.scan.map((ms) => ms / 1000),
      "<= 10",
      10,
    ),
  ];
}
