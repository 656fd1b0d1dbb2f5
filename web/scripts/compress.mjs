// Writes x.br and x.gz beside every file of the build that gains by it; the server embeds all three.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = process.argv[2] ?? "dist";
const compressible = /\.(html|js|css|svg|json|txt|map)$/;

const entries = await readdir(root, { recursive: true, withFileTypes: true });
const totals = { raw: 0, br: 0, gz: 0 };

for (const entry of entries) {
  if (!entry.isFile() || /\.(br|gz)$/.test(entry.name)) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const raw = await readFile(path);
  totals.raw += raw.length;
  if (!compressible.test(entry.name)) {
    totals.br += raw.length;
    totals.gz += raw.length;
    continue;
  }
  const br = brotliCompressSync(raw, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
    },
  });
  const gz = gzipSync(raw, { level: 9 });
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
  totals.br += br.length;
  totals.gz += gz.length;
}

const kb = (bytes) => `${Math.round(bytes / 1024)} kB`;
console.log(`compressed: ${kb(totals.raw)} raw, ${kb(totals.gz)} gz, ${kb(totals.br)} br`);
