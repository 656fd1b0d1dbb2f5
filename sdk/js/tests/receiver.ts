/** Stands in for the server: records what `fetch` was given, and answers as the test says. */
import { vi } from "vitest";
import type { TrackedEvent } from "../src/event.js";

export interface Received {
  url: string;
  init: RequestInit;
  body: { writeKey: string; sentAt: string; batch: TrackedEvent[] };
}

export type Answer = Response | "cut";

export function answer(status: number, body: unknown = {}, headers: HeadersInit = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

/** Answers in the given order, then 200 for ever. */
export function receive(...answers: Answer[]): Received[] {
  const received: Received[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    received.push({ url, init, body: JSON.parse(init.body as string) });
    const next = answers.shift() ?? answer(200);
    if (next === "cut") throw new TypeError("Failed to fetch");
    return next;
  });
  return received;
}

export function eventsOf(received: Received[]): TrackedEvent[] {
  return received.flatMap(({ body }) => body.batch);
}
