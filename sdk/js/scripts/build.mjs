// Builds dist/sojourn.js and dist/loader.js, and fails when one has outgrown its limit.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The snippet loads on every page of somebody else's site. Bytes after gzip. */
export const limits = { "sojourn.js": 6 * 1024, "loader.js": 1024 };

await build({
  absWorkingDir: root,
  entryPoints: ["src/sojourn.ts", "src/loader.ts"],
  outdir: "dist",
  bundle: true,
  format: "iife",
  target: "es2018",
  minify: true,
  // Private members end with an underscore; nothing outside a class names them.
  mangleProps: /[a-z]_$/,
  legalComments: "none",
  logLevel: "warning",
});

let failed = false;
for (const [name, limit] of Object.entries(limits)) {
  const bytes = gzipSync(await readFile(`${root}dist/${name}`), { level: 9 }).length;
  console.log(`dist/${name}: ${bytes} bytes gzipped, the limit is ${limit}`);
  failed ||= bytes >= limit;
}
process.exit(failed ? 1 : 0);
