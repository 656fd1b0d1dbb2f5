// What is measured and what measures it: servers, nginx, wrk and the programs of this folder. Every process is
// ended by the one who started it.
import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { binary, freePort, keys, repository, Server } from "../tests/e2e/support/server.mjs";

export const scratch = path.join(repository, "build", "bench");
const tools = path.join(path.dirname(binary), "bench");
const clockTicks = Number(execFileSync("getconf", ["CLK_TCK"]));
const drainWithinMs = 300_000;
const running = new Set();

/** An empty folder under build/bench. */
export async function emptyFolder(name) {
  const folder = path.join(scratch, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** A started server on an empty data folder. Options: `env`, `workspace` (a folder to apply), `name`. */
export async function startServer({ name, env = {}, workspace }) {
  const server = new Server();
  server.data = await emptyFolder(name);
  server.port = await freePort();
  server.url = `http://127.0.0.1:${server.port}`;
  server.options = { env, virtualClock: false };
  await server.launch();
  running.add(server);
  if (workspace) await server.apply(workspace);
  await drained(server);
  return server;
}

export async function endServer(server) {
  running.delete(server);
  await server.remove();
}

/** For the end of the program, whatever happened. */
export async function endAll() {
  for (const each of running) await (each instanceof Server ? endServer(each) : each.stop());
}

/** Which cores a process and all of its threads may use. */
export function pin(pid, cores) {
  if (cores) execFileSync("taskset", ["-acp", cores, String(pid)]);
}

/** CPU time that a process has used, over all of its threads. */
export async function cpuSeconds(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / clockTicks;
}

export async function residentBytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, "latin1");
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) * 1024;
}

/** The figures of /metrics by name, without their prefix. */
export async function metrics(server) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Object.fromEntries(
    [...text.matchAll(/^sojourn_(\w+) (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]),
  );
}

/** Waits until nothing waits for log, engine or sender. */
export async function drained(server) {
  const end = performance.now() + drainWithinMs;
  for (;;) {
    const now = await metrics(server);
    const waiting =
      now.log_queue_events +
      now.unapplied_events +
      now.outbox_waiting_messages +
      now.outbox_in_flight_messages;
    if (waiting === 0) return now;
    if (performance.now() > end) throw new Error(`${waiting} things still wait`);
    await pause(20); // Asking costs the server something, too.
  }
}

/**
 * What `work` costs a server from its begin until the queues are empty: `{result, seconds, cpu, events}`;
 * events are those that the server says it has taken.
 */
export async function measured(server, work) {
  const before = await drained(server);
  const cpuBefore = await cpuSeconds(server.process.pid);
  const begin = performance.now();
  const result = await work();
  const after = await drained(server);
  return {
    result,
    seconds: (performance.now() - begin) / 1000,
    cpu: (await cpuSeconds(server.process.pid)) - cpuBefore,
    events: after.events_accepted_total - before.events_accepted_total,
  };
}

/** Runs a program of this folder; resolves with the objects that it prints, one a line. */
export async function tool(name, args, cores) {
  const program = path.join(tools, name);
  const all = args.map(String);
  const [file, list] = cores ? ["taskset", ["-c", cores, program, ...all]] : [program, all];
  const { stdout } = await promisify(execFile)(file, list, { timeout: 600_000 });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

export async function httpLoad(server, options, cores) {
  const args = Object.entries({ port: server.port, key: keys.server, ...options });
  const [result] = await tool(
    "http_load",
    args.flatMap(([name, value]) => [`--${name}`, value]),
    cores,
  );
  if (result.failed > 0) throw new Error(`${result.failed} calls failed`);
  return result;
}

/** Makes contacts u0000000 and on, each with an email and some attributes. */
export async function makeContacts(server, contacts) {
  const batch = 100;
  await httpLoad(server, {
    kind: "identify",
    batch,
    connections: 8,
    requests: contacts / batch,
    contacts,
    salt: "make",
  });
  await drained(server);
}

/** The same contacts, put into the store while the server stands still: for millions of them. */
export async function plantContacts(server, contacts) {
  await server.stop();
  await tool("contacts_maker", [server.data, contacts]);
  await server.launch();
  await drained(server);
}

let salts = 0;
/** A word that makes the message ids of a run unlike those of any other. */
export const salt = () => `run${process.pid}x${++salts}`;

export async function wrk(url, seconds, cores) {
  const credentials = Buffer.from(`${keys.server}:`).toString("base64");
  const args = ["-t1", "-c64", `-d${seconds}s`, "-s", path.join(repository, "bench", "track.lua")];
  const command = [
    ...(cores ? ["taskset", "-c", cores] : []),
    "wrk",
    ...args,
    url,
    "--",
    credentials,
    salt(),
  ];
  const { stdout } = await promisify(execFile)(command[0], command.slice(1), { timeout: 120_000 });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

/** nginx that answers everything with 204; one process. */
export async function startNginx(cores) {
  const folder = await emptyFolder("nginx");
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(" ");
  const config = path.join(folder, "nginx.conf");
  await writeFile(
    config,
    `daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000; ${temporary}
  server { listen 127.0.0.1:${port}; location / { return 204; } }
}
`,
  );
  const child = spawn("nginx", ["-p", folder, "-c", config], { stdio: "ignore" });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const nginx = {
    pid: child.pid,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      running.delete(nginx);
      child.kill("SIGTERM");
      await exited;
    },
  };
  running.add(nginx);
  for (let tries = 0; ; tries++) {
    const answers = await fetch(nginx.url, { method: "POST", body: "x" }).then(
      ({ status }) => status === 204,
      () => false,
    );
    if (answers) break;
    if (tries > 100) throw new Error("nginx does not answer");
    await pause(20);
  }
  pin(child.pid, cores);
  return nginx;
}
