// Fails when the first load, what a route adds to it, or the sum of all that is embedded is over its budget.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = process.argv[2] ?? "dist";
const budgets = { first: 230_000, route: 200_000, embedded: 1_200_000 }; // gzip, gzip, brotli; bytes

const manifest = JSON.parse(readFileSync(join(root, "manifest.json"), "utf8"));
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`;
const sized = (file, extension) => {
  const packed = join(root, file + extension);
  return statSync(packed, { throwIfNoEntry: false })?.size ?? statSync(join(root, file)).size;
};

/** A chunk, and all that the browser loads with it. */
function withImports(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const other of manifest[name].imports ?? []) withImports(other, seen);
  return seen;
}

/** The files of these chunks, without those in `without`. */
function filesOf(chunks, without = new Set()) {
  const files = [...chunks].flatMap((name) => [manifest[name].file, ...(manifest[name].css ?? [])]);
  return new Set(files.filter((file) => !without.has(file)));
}

const gzipSum = (files) => [...files].reduce((sum, file) => sum + sized(file, ".gz"), 0);

const first = filesOf(withImports("index.html"));
first.add("index.html");
const routes = Object.keys(manifest)
  .filter((name) => manifest[name].isDynamicEntry)
  .map((name) => ({ name, bytes: gzipSum(filesOf(withImports(name), first)) }))
  .sort((a, b) => b.bytes - a.bytes);
const embedded = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.(br|gz)$|^manifest\.json$/.test(entry.name))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
  .reduce((sum, file) => sum + sized(file, ".br"), 0);

const lines = [
  { what: "first load, gz", bytes: gzipSum(first), budget: budgets.first },
  ...routes.map(({ name, bytes }) => ({ what: `${name}, gz`, bytes, budget: budgets.route })),
  { what: "embedded, br", bytes: embedded, budget: budgets.embedded },
];
const over = lines.filter(({ bytes, budget }) => bytes > budget);
for (const { what, bytes, budget } of [lines[0], ...lines.slice(1, 4), lines.at(-1)]) {
  console.log(`${kilobytes(bytes)} of ${kilobytes(budget).trim()}  ${what}`);
}
for (const { what, bytes, budget } of over) {
  console.error(`over budget: ${what}: ${kilobytes(bytes).trim()} of ${kilobytes(budget).trim()}`);
}
if (over.length > 0) process.exit(1);
