// A running `sojourn serve` of its own: its process, its data folder, and the calls a test makes to it.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { eventually } from "./eventually.mjs";
import { keepCaptured, keepPublished } from "./kept_mails.mjs";
import { serveWeb } from "./web.mjs";

export const repository = fileURLToPath(new URL("../../..", import.meta.url));
export const binary = path.resolve(
  repository,
  process.env.SOJOURN_BIN || path.join("build", "release", "sojourn"),
);

/** A build of `web/` to be tested in place of the one that the program embeds. */
const webFolder = process.env.SOJOURN_WEB
  ? path.resolve(repository, process.env.SOJOURN_WEB)
  : null;

/** What the unattended set-up is given. Write keys and password are at least 10 characters. */
export const keys = {
  server: "e2e-server-key-0123456789",
  browser: "e2e-browser-key-0123456789",
  api: "e2e-api-key-0123456789",
  email: "owner@example.com",
  password: "correct horse battery",
};

/** A start that takes longer is a failure of its own: promised are 5 s after a crash. */
const readyWithinMs = 15_000;
const stopWithinMs = 15_000;
const logLinesKept = 200;
const answerWithinMs = 30_000;

/** A port nobody listens on now. The kernel hands out each once in a long while. */
export async function freePort() {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** An answer other than 2xx of the management API, with its problem document. */
export class ApiError extends Error {
  constructor(method, route, status, problem) {
    super(`${method} ${route}: ${status} ${JSON.stringify(problem)}`);
    this.status = status;
    this.problem = problem;
  }
}

export class Server {
  /**
   * Options: `env` (added to the set-up's variables), `unattended: false` for a server that waits for
   * its first user in the browser, `virtualClock: false`, `args` (added to `serve`), `disk` (a size:
   * the data folder is a disk of its own, so large, that is gone with the process), `signs: false` for one that begins
   * without keys; else mails are signed where `env` names a sender.
   */
  static async start(options = {}) {
    const server = await Server.prepare(options);
    await server.launch();
    const { env = {}, unattended = true, signs = true } = options;
    if (signs && unattended && env.SOJOURN_FROM) await server.sign();
    return server;
  }

  /** From now on mails are signed by keys of the domain of their From. */
  async sign() {
    const domain = /@([^>]+)>?$/.exec(this.options.env.SOJOURN_FROM)[1];
    await this.api("POST", "/sender-domains", { domain });
    await this.api("POST", `/sender-domains/${domain}/activate`, {});
    await keepPublished(this, this.options.env, true);
  }

  /** Mails that were kept are checked by what is published now, too. */
  keepPublished() {
    return keepPublished(this, this.options.env, false);
  }

  /** A server that is not launched yet: its data folder is empty. */
  static async prepare(options = {}) {
    if (!existsSync(binary)) {
      throw new Error(`${binary} is not built: run script/build, or set SOJOURN_BIN`);
    }
    const server = new Server();
    server.options = options;
    server.data = await mkdtemp(path.join(tmpdir(), "sojourn-e2e-"));
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    server.listen = webFolder === null ? server.port : await freePort();
    if (webFolder !== null) {
      server.web = await serveWeb(webFolder, server.port, {
        host: "127.0.0.1",
        port: server.listen,
      });
    }
    return server;
  }

  /** The data folder as the process sees it, where `disk` was given. */
  insideDisk() {
    return path.join("/proc", String(this.process.pid), "root", this.data);
  }

  /** Starts the process on the folder and port it had, and waits until it is ready. Returns ms. */
  async launch() {
    const { env = {}, unattended = true, virtualClock = true, args = [] } = this.options;
    const begin = performance.now();
    this.log = [];
    this.exit = undefined;
    const command = [
      ...onDisk(this.options.disk, this.data),
      ...[binary, "serve"],
      ...["--data", this.data],
      ...["--listen", `127.0.0.1:${this.listen ?? this.port}`],
      ...(virtualClock ? ["--virtual-clock"] : []),
      ...args,
    ];
    this.process = spawn(command[0], command.slice(1), {
      env: {
        ...inherited(),
        ...(unattended ? setUp() : {}),
        SOJOURN_PUBLIC_URL: this.url,
        SOJOURN_POSTAL_ADDRESS: "1 Example Street, 75001 Paris",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const process_ = this.process;
    this.exited = new Promise((resolve) => {
      process_.once("exit", (code, signal) => resolve((this.exit = { code, signal })));
      process_.once("error", (error) => resolve((this.exit = { error })));
    });
    for (const stream of [process_.stdout, process_.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        this.log = [...this.log, ...text.split("\n")].slice(-logLinesKept);
      });
    }
    try {
      await eventually(
        "GET /readyz answers 200",
        async () => this.exit || (await fetch(`${this.url}/readyz`)).status === 200,
        readyWithinMs,
      );
    } catch (error) {
      await this.kill9();
      throw new Error(`the server did not get ready:\n${this.log.join("\n")}`, { cause: error });
    }
    if (this.exit) {
      throw new Error(`the server ended: ${JSON.stringify(this.exit)}\n${this.log.join("\n")}`);
    }
    return performance.now() - begin;
  }

  async kill9() {
    this.process.kill("SIGKILL");
    await this.exited;
  }

  /** Asks it to stop, as a service manager does. Rejects when it does not, or ends with an error. */
  async stop() {
    if (this.exit) return;
    this.process.kill("SIGTERM");
    const late = setTimeout(() => this.process.kill("SIGKILL"), stopWithinMs);
    const { code, signal } = await this.exited;
    clearTimeout(late);
    if (code !== 0) {
      throw new Error(`the server stopped with ${signal ?? code}:\n${this.log.join("\n")}`);
    }
  }

  async restart() {
    await this.stop();
    return this.launch();
  }

  /** Stops the process and removes its data. */
  async remove() {
    try {
      await this.stop();
    } finally {
      await this.web?.close();
      await keepCaptured(this, this.options.env ?? {});
      await rm(this.data, { recursive: true, force: true });
    }
  }

  /** Runs `sojourn <args>` against this server. Rejects with its output when it fails. */
  async command(...args) {
    const env = { ...inherited(), SOJOURN_URL: this.url, SOJOURN_API_KEY: keys.api };
    return promisify(execFile)(binary, args, { env, timeout: answerWithinMs });
  }

  /** Runs `sojourn <args>` against this server; resolves with its exit code and output, whatever the code. */
  run(args, { timeout = answerWithinMs } = {}) {
    const env = { ...inherited(), SOJOURN_URL: this.url, SOJOURN_API_KEY: keys.api };
    return new Promise((resolve) => {
      execFile(binary, args, { env, timeout }, (error, stdout, stderr) =>
        resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr }),
      );
    });
  }

  apply(folder) {
    return this.command("apply", path.resolve(repository, folder), "--yes");
  }

  /** One call of the management API. Resolves with the body, null when there is none. */
  async api(method, route, body) {
    const answer = await fetch(`${this.url}/api/v1${route}`, {
      method,
      headers: {
        Authorization: `Bearer ${keys.api}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const text = await answer.text();
    const value = text ? JSON.parse(text) : null;
    if (!answer.ok) throw new ApiError(method, route, answer.status, value);
    return value;
  }

  get(route) {
    return this.api("GET", route);
  }

  /** All items of a list, over all of its pages. */
  async list(route) {
    const items = [];
    let cursor = null;
    do {
      const join = route.includes("?") ? "&" : "?";
      const from = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await this.get(`${route}${join}limit=200${from}`);
      items.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return items;
  }

  /** The contact, or null when nobody has this id. */
  async contact(id) {
    try {
      return await this.get(`/contacts/${encodeURIComponent(id)}`);
    } catch (error) {
      if (error.status === 404) return null;
      throw error;
    }
  }

  /** Moves the product's time and waits until all that fell due is done. `by` as in "3d", "90s". */
  advance(by) {
    return this.api("POST", "/clock", { advance: by });
  }

  /**
   * One call of the ingestion API, by Basic auth. `body` is sent as it is when it is text or bytes.
   * Resolves with `{status, headers, body}`; the body is parsed when it is JSON.
   */
  async ingest(route, body, { key = keys.server, headers = {}, method = "POST" } = {}) {
    const raw = typeof body === "string" || body instanceof Uint8Array;
    const answer = await fetch(`${this.url}/v1/${route}`, {
      method,
      headers: {
        "Content-Type": "application/json",
        ...(key === null ? {} : { Authorization: basic(key) }),
        ...headers,
      },
      ...(method === "GET" ? {} : { body: raw ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const text = await answer.text();
    const json = /json/.test(answer.headers.get("content-type") ?? "");
    return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text };
  }

  /** The stored events with these message ids, oldest first. */
  async eventsWith(messageIds) {
    const wanted = new Set(messageIds);
    const events = await this.list("/events");
    return events.filter(({ messageId }) => wanted.has(messageId)).reverse();
  }
}

/** Runs what follows in a mount namespace of its own, where `folder` is a disk of this size. */
function onDisk(size, folder) {
  if (!size) return [];
  const user = process.getuid() === 0 ? [] : ["--map-root-user"];
  const mount = `mount -t tmpfs -o size=${size} tmpfs '${folder}' && exec "$@"`;
  return ["unshare", "--mount", ...user, "sh", "-c", mount, "sh"];
}

export function basic(key) {
  return `Basic ${Buffer.from(`${key}:`).toString("base64")}`;
}

/** Nothing of the tester's own Sojourn reaches the one under test. */
function inherited() {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith("SOJOURN_"));
  return { ...Object.fromEntries(entries), TZ: "UTC" };
}

function setUp() {
  return {
    SOJOURN_WRITE_KEY: keys.server,
    SOJOURN_BROWSER_KEY: keys.browser,
    SOJOURN_API_KEY: keys.api,
    SOJOURN_ADMIN_EMAIL: keys.email,
    SOJOURN_ADMIN_PASSWORD: keys.password,
  };
}
