/**
 * The events that the server has not yet acknowledged, oldest first. They are mirrored in
 * localStorage, so they survive the page.
 *
 * Several tabs of a site share the mirror. Each writes back the other tabs' entries unchanged, and a
 * page that starts adopts whatever it finds; two tabs may therefore send one event, which the
 * server recognises by its `messageId`.
 */
import type { TrackedEvent } from "./event.js";
import { bytesOf } from "./event.js";
import { readLocal, removeLocal, writeLocal } from "./device.js";

/** About 200 kB, a small part of the 5 MB that a browser gives a site. */
export const queueLengthMax = 200;

/** A keepalive request may carry 64 KiB (Fetch §4.6), envelope included. */
export const batchBytesMax = 60_000;

/**
 * The server recognises a repeat for 7 days. An event that may have arrived already is not sent
 * again after 6: it would be counted twice.
 */
export const resendAgeMaxMs = 6 * 24 * 60 * 60 * 1000;

interface Entry {
  event: TrackedEvent;
  /** When it was first handed to the network, in Unix milliseconds; 0 is never. */
  triedAt: number;
}

interface Mirror {
  entries: Entry[];
  dropped: number;
}

export class Queue {
  private entries_: Entry[];
  private dropped_: number;
  /** Every event this page has had: what of them is in the mirror is ours to replace. */
  private readonly owned_ = new Set<string>();

  constructor(private readonly key_: string) {
    const mirror = this.readMirror();
    this.entries_ = mirror.entries;
    this.dropped_ = mirror.dropped;
    for (const { event } of this.entries_) this.owned_.add(event.messageId);
  }

  get length(): number {
    return this.entries_.length;
  }

  /** How many events were dropped since a batch was last delivered, because the queue was full. */
  get dropped(): number {
    return this.dropped_;
  }

  /** Drops the oldest when full. The event then says in `context.dropped` how many are missing. */
  push(event: TrackedEvent): void {
    if (this.entries_.length >= queueLengthMax) this.dropped_++;
    if (this.dropped_) event.context["dropped"] = this.dropped_;
    this.owned_.add(event.messageId);
    this.entries_ = [...this.entries_, { event, triedAt: 0 }].slice(-queueLengthMax);
    this.mirror();
  }

  /** The oldest events that fit one request; they stay in the queue until `delivered`. */
  nextBatch(): TrackedEvent[] {
    const now = Date.now();
    this.entries_ = this.entries_.filter(
      ({ triedAt }) => !triedAt || now - triedAt < resendAgeMaxMs,
    );
    const batch: TrackedEvent[] = [];
    let bytes = 0;
    for (const entry of this.entries_) {
      bytes += bytesOf(JSON.stringify(entry.event)) + 1;
      if (bytes > batchBytesMax) break;
      entry.triedAt ||= now;
      batch.push(entry.event);
    }
    this.mirror();
    return batch;
  }

  delivered(batch: TrackedEvent[]): void {
    const gone = new Set(batch.map((event) => event.messageId));
    this.entries_ = this.entries_.filter(({ event }) => !gone.has(event.messageId));
    this.dropped_ = 0;
    this.mirror();
  }

  clear(): void {
    this.entries_ = [];
    this.dropped_ = 0;
    removeLocal(this.key_);
  }

  private mirror(): void {
    const others = this.readMirror().entries.filter(
      ({ event }) => !this.owned_.has(event.messageId),
    );
    const entries = [...others, ...this.entries_].slice(-queueLengthMax);
    if (entries.length || this.dropped_) {
      writeLocal(this.key_, JSON.stringify({ entries, dropped: this.dropped_ } satisfies Mirror));
    } else {
      removeLocal(this.key_);
    }
  }

  private readMirror(): Mirror {
    try {
      const mirror = JSON.parse(readLocal(this.key_) ?? "") as Mirror;
      return Array.isArray(mirror.entries) ? mirror : { entries: [], dropped: 0 };
    } catch {
      // Absent, or written by something else: an unreadable mirror is an empty one.
      return { entries: [], dropped: 0 };
    }
  }
}
