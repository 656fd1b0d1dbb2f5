// A workspace folder as the management API takes it.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { repository } from "./server.mjs";

/** What `sojourn apply` sends of a folder: all but its scenarios and its documentation. */
export async function definitionFiles(folder) {
  const root = path.resolve(repository, folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && !/\.(scenario|md)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  return Promise.all(
    names.sort().map(async (name) => ({
      path: path.relative(root, name).replaceAll(path.sep, "/"),
      text: await readFile(name, "utf8"),
    })),
  );
}
