// A name server on loopback, by Debian's python3-dnslib, for servers that are started with SOJOURN_DNS.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { repository } from "./server.mjs";

const program = path.join(repository, "tests/support/name_server.py");

/** `publish(lines)` replaces its zone, in the form of BIND; nobody keeps an answer, since its lifetime is none. */
export async function startNameServer() {
  const folder = await mkdtemp(path.join(tmpdir(), "sojourn-zone-"));
  const file = path.join(folder, "zone");
  const publish = (lines) => writeFile(file, `$TTL 0\n${lines.join("\n")}\n`);
  await publish([]);
  const child = spawn("/usr/bin/python3", [program, file], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const port = await new Promise((resolve, reject) => {
    child.stdout.setEncoding("utf8").once("data", (text) => resolve(Number(text)));
    child.once("exit", (code) => reject(new Error(`the name server ended with ${code}`)));
  });
  return {
    address: `127.0.0.1:${port}`,
    publish,
    close: async () => {
      child.stdin.end();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
