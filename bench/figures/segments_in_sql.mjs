// The same contacts, events and questions in ClickHouse and DuckDB, each in this process on one thread. Prints one
// JSON object a line; run as a process of its own, because both keep what they have loaded.
//
//   node bench/figures/segments_in_sql.mjs clickhouse|duckdb CONTACTS EVENTS ROUNDS
//
// Columns are the formulas of bench/generated.h.
import process from "node:process";

const now = 1_772_366_400;
const word = 4_294_967_296;

/** mix() of generated.h, nested: an expression on `row`. */
function mix(row, column, { xor, shift }) {
  const x = `((${row} * 2654435761 + ${column * 40503}) % ${word})`;
  const y = `((${xor(x, shift(x, 15))} * 1103515245) % ${word})`;
  const z = `((${xor(y, shift(y, 13))} * 1664525013) % ${word})`;
  return xor(z, shift(z, 16));
}

const queries = {
  A: "SELECT count(*) AS n FROM contact WHERE country IN ('C3', 'C7') AND seats > 500",
  B: `SELECT count(*) AS n FROM (SELECT contact FROM event WHERE name = 'Order Completed' AND happened > ${now - 30 * 86400} GROUP BY contact HAVING count(*) >= 2) AS found`,
  C: "SELECT count(*) AS n FROM member WHERE segment = 1 AND contact IN (SELECT contact FROM member WHERE segment = 2)",
  D: "SELECT count(*) AS n FROM (SELECT contact FROM event WHERE name = 'Product Viewed' GROUP BY contact HAVING sum(value) >= 50000) AS found",
};

/** The statements that fill the tables, in the words of one engine. */
function filling(contacts, events, words) {
  const m = (column) => mix("row", column, words);
  const share = (segment) => 10 + ((segment * 37) % 40);
  return [
    `INSERT INTO contact SELECT row, ${words.text("C", `${m(1)} % 30`)}, ${words.text("P", `${m(2)} % 5`)}, ${m(3)} % 1000 FROM ${words.rows(contacts)}`,
    ...[1, 2].map(
      (segment) =>
        `INSERT INTO member SELECT ${segment}, row FROM ${words.rows(contacts)} WHERE ${m(20 + segment)} % 100 < ${share(segment)}`,
    ),
    `INSERT INTO event SELECT ${m(11)} % ${contacts}, CASE WHEN ${m(12)} % 10 = 0 THEN 'Order Completed' ELSE 'Product Viewed' END, ${now} - ${m(13)} % ${180 * 86400}, ${m(14)} % 10000 FROM ${words.rows(events)}`,
  ];
}

async function clickhouse(contacts, events) {
  const { Session } = await import("chdb");
  const session = new Session();
  const text = "LowCardinality(String)";
  session.query("CREATE DATABASE bench ENGINE = Atomic");
  const create = (table, columns, order) =>
    session.query(`CREATE TABLE bench.${table} (${columns}) ENGINE = MergeTree ORDER BY ${order}`);
  create("contact", `id UInt32, country ${text}, plan ${text}, seats UInt16`, "id");
  create("member", "segment UInt8, contact UInt32", "(segment, contact)");
  create(
    "event",
    `contact UInt32, name ${text}, happened UInt32, value UInt32`,
    "(name, contact, happened)",
  );
  const inDatabase = (query) =>
    query.replace(/\b(FROM|INTO) (contact|member|event)\b/g, "$1 bench.$2");
  for (const statement of filling(contacts, events, {
    xor: (a, b) => `bitXor(${a}, ${b})`,
    shift: (a, bits) => `bitShiftRight(${a}, ${bits})`,
    text: (letter, n) => `concat('${letter}', toString(${n}))`,
    rows: (count) => `(SELECT number AS row FROM numbers(${count})) AS rows`,
  })) {
    session.query(inDatabase(statement));
  }
  for (const table of ["contact", "member", "event"]) {
    session.query(`OPTIMIZE TABLE bench.${table} FINAL`);
  }
  return {
    ask: (query) =>
      Number(session.query(`${inDatabase(query)} SETTINGS max_threads = 1`, "TabSeparated")),
    close: () => session.cleanup(),
  };
}

async function duckdb(contacts, events) {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const run = (statement) => connection.run(statement);
  await run("CREATE TABLE contact (id UINTEGER, country VARCHAR, plan VARCHAR, seats USMALLINT)");
  await run("CREATE TABLE member (segment UTINYINT, contact UINTEGER)");
  await run(
    "CREATE TABLE event (contact UINTEGER, name VARCHAR, happened UINTEGER, value UINTEGER)",
  );
  for (const statement of filling(contacts, events, {
    xor: (a, b) => `xor(${a}, ${b})`,
    shift: (a, bits) => `(${a} >> ${bits})`,
    text: (letter, n) => `'${letter}' || (${n})`,
    rows: (count) => `(SELECT range AS row FROM range(${count})) AS rows`,
  })) {
    await run(statement);
  }
  return {
    ask: async (query) => Number((await connection.runAndReadAll(query)).getRows()[0][0]),
    close: () => connection.closeSync(),
  };
}

const [engine, contacts, events, rounds] = process.argv.slice(2);
const open = { clickhouse, duckdb }[engine];
const database = await open(Number(contacts), Number(events));
for (const [query, text] of Object.entries(queries)) {
  const ms = [];
  let count;
  for (let round = 0; round < Number(rounds); round++) {
    const begin = performance.now();
    count = await database.ask(text);
    ms.push(performance.now() - begin);
  }
  console.log(JSON.stringify({ query, count, ms }));
}
database.close();
