/**
 * Takes batches from the queue to the server, one at a time.
 *
 * A network failure, 429 and 5xx are tried again with the same `messageId`s, after `Retry-After`
 * or a back-off that doubles up to a minute. Any other refusal is final: the server has said what is
 * wrong with the call, and it would say it again.
 *
 * Bodies are JSON sent as `text/plain`, which a browser sends to another origin without a preflight.
 */
import type { Queue } from "./queue.js";
import type { TrackedEvent } from "./event.js";

const backoffFirstMs = 1_000;
const backoffMaxMs = 60_000;

/** Calls made within this time travel together. */
export const gatherMs = 200;

interface ItemError {
  index: number;
  messageId?: string;
  code: string;
  field?: string | null;
}

export class Sender {
  private timer_: ReturnType<typeof setTimeout> | undefined;
  private inFlight_ = false;
  private failures_ = 0;
  /** The server asked for quiet until then, in Unix milliseconds. */
  private notBefore_ = 0;
  private readonly logged_ = new Set<string>();
  private readonly url_: string;

  constructor(
    private readonly queue_: Queue,
    host: string,
    private readonly writeKey_: string,
  ) {
    this.url_ = `${host.replace(/\/+$/, "")}/v1/b`;
  }

  /** Sends what is queued `delayMs` from now, or earlier when a send is due earlier. */
  schedule(delayMs = gatherMs): void {
    if (this.inFlight_ || this.timer_ !== undefined) return;
    const wait = Math.max(delayMs, this.notBefore_ - Date.now());
    this.timer_ = setTimeout(() => {
      this.timer_ = undefined;
      void this.send();
    }, wait);
  }

  /** The browser is online again: the back-off no longer means anything, `Retry-After` does. */
  wake(): void {
    this.stop();
    this.failures_ = 0;
    this.schedule(0);
  }

  stop(): void {
    clearTimeout(this.timer_);
    this.timer_ = undefined;
  }

  /**
   * The page may be gone in a moment and its answer will not be seen. What is handed over stays in
   * the mirror, and the next page sends it again; the server recognises the repeat.
   */
  leave(): void {
    if (this.inFlight_ || !this.queue_.length || Date.now() < this.notBefore_) return;
    if (keepaliveIsKnown()) {
      this.stop();
      void this.send();
    } else {
      navigator.sendBeacon?.(this.url_, this.bodyOf(this.queue_.nextBatch()));
    }
  }

  private async send(): Promise<void> {
    // Offline nothing is tried: the browser's `online` wakes the sender.
    if (this.inFlight_ || navigator.onLine === false) return;
    const batch = this.queue_.nextBatch();
    if (!batch.length) return;
    this.inFlight_ = true;
    let answer: Response | undefined;
    try {
      answer = await fetch(this.url_, {
        method: "POST",
        headers: { "Content-Type": "text/plain" },
        body: this.bodyOf(batch),
        keepalive: true,
        credentials: "omit",
      });
    } catch {
      // Cut off, refused, or blocked: tried again below.
    }
    this.inFlight_ = false;
    if (!answer || answer.status === 429 || answer.status >= 500) {
      this.schedule(this.pauseAfter(answer));
      return;
    }
    this.failures_ = 0;
    this.queue_.delivered(batch);
    if (answer.status !== 200) await this.logRefusals(answer);
    if (this.queue_.length) this.schedule(0);
  }

  private bodyOf(batch: TrackedEvent[]): string {
    return JSON.stringify({
      writeKey: this.writeKey_,
      sentAt: new Date().toISOString(),
      batch,
    });
  }

  /** In milliseconds. The half that is random keeps many browsers from returning together. */
  private pauseAfter(answer: Response | undefined): number {
    const backoff = Math.min(backoffFirstMs * 2 ** this.failures_++, backoffMaxMs);
    const asked = retryAfterMs(answer?.headers.get("Retry-After"));
    if (asked === null) return backoff / 2 + (Math.random() * backoff) / 2;
    this.notBefore_ = Date.now() + asked;
    return asked;
  }

  /** Each kind of mistake is logged once a page, or a loop in the site would flood the console. */
  private async logRefusals(answer: Response): Promise<void> {
    type Refusal = { errors?: ItemError[]; code?: string; detail?: string };
    const refusal = (await answer.json().catch(() => ({}))) as Refusal;
    const errors = refusal.errors ?? [
      { index: -1, code: refusal.code ?? `http_${answer.status}`, field: refusal.detail },
    ];
    for (const error of errors) {
      if (this.logged_.has(error.code)) continue;
      this.logged_.add(error.code);
      console.error(`sojourn: the server refused a call: ${error.code}`, error);
    }
  }
}

/** RFC 9110 §10.2.3: seconds or a date. Null when absent or unreadable. */
function retryAfterMs(header: string | null | undefined): number | null {
  if (!header) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(ms, 0);
}

function keepaliveIsKnown(): boolean {
  return typeof Request === "function" && "keepalive" in Request.prototype;
}
