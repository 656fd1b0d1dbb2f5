/**
 * Entry point of `dist/sojourn.js`: puts `window.sojourn` in place, makes the calls that the loader
 * has queued, and starts by itself when its script tag carries `data-write-key`.
 */
import type { Options } from "./client.js";
import { Client } from "./client.js";
import { queueLengthMax } from "./queue.js";

const methods = [
  "page",
  "track",
  "identify",
  "group",
  "alias",
  "reset",
  "optOut",
  "optIn",
] as const;

type Method = (typeof methods)[number];
/** A call and the Unix millisecond it was made in. */
type Call = [method: Method | "init", args: unknown[], at: number];

let client: Client | undefined;
let early: Call[] = [];

/** How many arguments stand before the hidden one that says when an early call was made. */
const arity: Partial<Record<Method, number>> = {
  page: 2,
  track: 2,
  identify: 3,
  group: 2,
  alias: 2,
};

function call([method, args, at]: Call): void {
  if (method === "init") return init(args[0] as Options, at);
  if (!client) {
    early = [...early, [method, args, at] as Call].slice(-queueLengthMax);
    return;
  }
  const length = arity[method] ?? 0;
  const given = Array.from({ length }, (_, index) => args[index]);
  (client[method] as (...all: unknown[]) => void).apply(client, length ? [...given, at] : []);
}

/** The first call counts: a page that loads the snippet twice is tracked once. */
function init(options: Options, at: number): void {
  if (client) return;
  if (!options?.writeKey || !options.host) {
    console.error("sojourn: init needs writeKey and host");
    return;
  }
  client = new Client(options, at);
  const waiting = early;
  early = [];
  waiting.forEach(call);
}

function optionsOf(script: HTMLScriptElement): Options | null {
  const { writeKey, host, pages, respectGpc, cookieDomain } = script.dataset;
  if (!writeKey) return null;
  return {
    writeKey,
    host: host ?? new URL(script.src).origin,
    ...(pages ? { pages: pages as NonNullable<Options["pages"]> } : {}),
    ...(respectGpc ? { respectGpc: respectGpc !== "false" } : {}),
    ...(cookieDomain ? { cookieDomain } : {}),
  };
}

const site = window as unknown as { sojourn?: unknown };
if (!site.sojourn || Array.isArray(site.sojourn)) {
  const queued = (site.sojourn ?? []) as Call[];
  const entry = (method: Method | "init") => [
    method,
    (...args: unknown[]) => call([method, args, Date.now()]),
  ];
  site.sojourn = Object.fromEntries([entry("init"), ...methods.map(entry)]);
  const script = document.currentScript as HTMLScriptElement | null;
  const options = script && optionsOf(script);
  if (options) init(options, Date.now());
  queued.forEach(call);
}
