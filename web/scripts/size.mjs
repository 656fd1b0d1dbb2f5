// Fails when what index.html loads at first is over the budget.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const root = process.argv[2] ?? "dist";
const budgetBytes = 230 * 1000; // gzip, html + scripts + styles of the first load

const html = readFileSync(join(root, "index.html"), "utf8");
const files = ["/index.html"];
for (const match of html.matchAll(/(?:src|href)="(\/app-assets\/[^"]+\.(?:js|css))"/g)) {
  files.push(match[1]);
}
let total = 0;
for (const file of files) {
  const bytes = statSync(join(root, `${file}.gz`)).size;
  total += bytes;
  console.log(`${String(Math.round(bytes / 100) / 10).padStart(7)} kB gz  ${file}`);
}
console.log(`${String(Math.round(total / 100) / 10).padStart(7)} kB gz  first load, budget 230`);
if (total > budgetBytes) process.exit(1);
