import type { Schemas } from "./client";

/** What one message of `GET /stream` means; undefined when it cannot be read. */
export type StreamMessage =
  | { type: "event"; event: Schemas["Event"] }
  | { type: "home"; home: Schemas["Home"] }
  | { type: "gap"; missed: number };

export function readStreamMessage(type: string, data: string): StreamMessage | undefined {
  let body: unknown;
  try {
    body = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (typeof body !== "object" || body === null) return undefined;
  if (type === "event" && "position" in body && "name" in body) {
    return { type, event: body as Schemas["Event"] };
  }
  if (type === "home" && "contacts" in body && "eventsPerMinute" in body) {
    return { type, home: body as Schemas["Home"] };
  }
  if (type === "gap" && "missed" in body && typeof body.missed === "number") {
    return { type, missed: body.missed };
  }
  return undefined;
}

export type Connection = "connecting" | "live" | "lost";

/** A first try that takes long is no loss; a break of what was live is one. */
export function reduceConnection(now: Connection, signal: "open" | "error" | "close"): Connection {
  if (signal === "open") return "live";
  if (signal === "close") return "connecting";
  return now === "connecting" ? "connecting" : "lost";
}

/**
 * Collects events and hands them on together, at most once per `delayMs`, so that a burst of a
 * thousand events is one rendering.
 */
export function batcher<T>(
  deliver: (items: T[]) => void,
  delayMs: number,
  schedule: (run: () => void, delayMs: number) => unknown = setTimeout,
): (item: T) => void {
  let waiting: T[] = [];
  return (item) => {
    waiting.unshift(item);
    if (waiting.length > 1) return;
    schedule(() => {
      const items = waiting;
      waiting = [];
      deliver(items);
    }, delayMs);
  };
}
