// The built files, as a page loads them. `npm test` builds them first.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { gatherMs } from "../src/sender.js";
import { eventsOf, receive } from "./receiver.js";

const snippet = readFileSync("dist/sojourn.js");
const loader = readFileSync("dist/loader.js");

type Sojourn = Record<string, (...args: unknown[]) => void>;
const site = window as unknown as { sojourn?: Sojourn };
const run = (script: Buffer) => new Function(script.toString())();

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-03-02T10:00:00.000Z") });
  localStorage.clear();
  delete site.sojourn;
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("the snippet is smaller than 6 kB and the loader smaller than 1 kB, gzipped", () => {
  expect(gzipSync(snippet, { level: 9 }).length).toBeLessThan(6 * 1024);
  expect(gzipSync(loader, { level: 9 }).length).toBeLessThan(1024);
});

test("calls made before the script has arrived are sent with the time they were made at", async () => {
  const received = receive();
  run(loader);
  vi.spyOn(document.head, "appendChild").mockImplementation((node) => node);
  site.sojourn!["load"]!("wk", "https://events.example");
  site.sojourn!["track"]!("Early", { step: 1 });
  await vi.advanceTimersByTimeAsync(3_000);
  run(snippet);
  await vi.advanceTimersByTimeAsync(gatherMs);
  const timestamp = "2026-03-02T10:00:00.000Z";
  expect(eventsOf(received)).toMatchObject([
    { type: "page", timestamp },
    { event: "Early", properties: { step: 1 }, timestamp },
  ]);
});

test("calls made before init wait for it", async () => {
  const received = receive();
  run(snippet);
  site.sojourn!["track"]!("Early");
  site.sojourn!["init"]!({ writeKey: "wk", host: "https://events.example", pages: "none" });
  await vi.advanceTimersByTimeAsync(gatherMs);
  expect(eventsOf(received)).toMatchObject([{ event: "Early" }]);
});

test("the script tag's data attributes start it", async () => {
  const received = receive();
  const script = document.createElement("script");
  Object.assign(script.dataset, { writeKey: "wk", host: "https://events.example", pages: "load" });
  vi.spyOn(document, "currentScript", "get").mockReturnValue(script);
  run(snippet);
  await vi.advanceTimersByTimeAsync(gatherMs);
  expect(received[0]!.url).toBe("https://events.example/v1/b");
  expect(eventsOf(received)).toMatchObject([{ type: "page" }]);
});

test("init without a key or a host says so", () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
  run(snippet);
  site.sojourn!["init"]!({ writeKey: "wk" });
  expect(error).toHaveBeenCalledWith("sojourn: init needs writeKey and host");
});

test("a page that loads the snippet twice keeps the first", () => {
  run(snippet);
  const first = site.sojourn;
  run(snippet);
  expect(site.sojourn).toBe(first);
});
