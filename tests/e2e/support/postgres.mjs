// A PostgreSQL server of its own, by Debian's postgresql-15: in a private folder, on a socket there, as an unprivileged user.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { eventually } from "./eventually.mjs";

const programs = "/usr/lib/postgresql/15/bin";
/** PostgreSQL refuses to run as root; the package makes this user. */
const unprivileged =
  process.getuid() === 0
    ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
    : [];

function command(program, ...args) {
  const all = [...unprivileged, path.join(programs, program), ...args];
  return [all[0], all.slice(1)];
}

/** `url(database)` is for `--store`; `ask(database, sql)` gives the first column; `restart()` ends it as a crash does. */
export async function startPostgres() {
  const folder = await mkdtemp(path.join(tmpdir(), "sojourn-pg-"));
  if (process.getuid() === 0) await promisify(execFile)("chown", ["postgres:postgres", folder]);
  const data = path.join(folder, "data");
  await promisify(execFile)(
    ...command(
      "initdb",
      ...["-D", data, "-U", "sojourn", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
      ...["--no-sync", "--no-instructions"],
    ),
  );
  let child;
  const ask = async (database, sql) => {
    const [program, args] = command("psql", "-h", folder, "-U", "sojourn", "-d", database);
    const { stdout } = await promisify(execFile)(program, [...args, "-AtXqc", sql]);
    return stdout.trim();
  };
  const start = async () => {
    const settings = ["listen_addresses=", "fsync=off"].flatMap((setting) => ["-c", setting]);
    child = spawn(...command("postgres", "-D", data, "-k", folder, ...settings), {
      stdio: "ignore",
    });
    await eventually("PostgreSQL answers", () =>
      ask("postgres", "SELECT 1").then(
        (answer) => answer === "1",
        () => false,
      ),
    );
  };
  const stop = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGQUIT");
    await ended;
  };
  await start();
  return {
    url: (database) => `postgresql:///${database}?host=${folder}&user=sojourn`,
    ask,
    start,
    stop,
    async remove() {
      if (child.exitCode === null && child.signalCode === null) await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
