/** The snippet's calls, from a page's point of view. `README.md` describes each for its users. */
import { callContext, pageContext } from "./context.js";
import type { Device } from "./device.js";
import { openDevice } from "./device.js";
import type { EventType, Properties, TrackedEvent } from "./event.js";
import { bytesOf, eventBytesMax, uuid } from "./event.js";
import { onNavigation } from "./navigation.js";
import { choiceOf, mayTrack, rememberChoice } from "./privacy.js";
import { Queue } from "./queue.js";
import { Sender } from "./sender.js";

export interface Options {
  /** The public (browser) write key. */
  writeKey: string;
  /** Where Sojourn answers: `https://sojourn.example.com`. */
  host: string;
  /** Which page views are sent by themselves; `history` includes `load`. Default `load`. */
  pages?: "load" | "history" | "none";
  /** Default true: a browser with Global Privacy Control is not tracked. */
  respectGpc?: boolean;
  /** Share the visitor's id between subdomains: `example.com`. */
  cookieDomain?: string;
}

const anonymousKey = "sojourn_anonymous_id";
const userKey = "sojourn_user_id";
const queueKey = "sojourn_queue";

export class Client {
  private readonly device_: Device;
  private readonly queue_: Queue;
  private readonly sender_: Sender;
  private readonly options_: Options;

  /** `at` is when the page asked for tracking, in Unix milliseconds: the time of its page view. */
  constructor(options: Options, at?: number) {
    this.options_ = options;
    this.device_ = openDevice(options.cookieDomain);
    // A key each: what was queued for one workspace must not be sent to another.
    this.queue_ = new Queue(`${queueKey}:${options.writeKey}`);
    this.sender_ = new Sender(this.queue_, options.host, options.writeKey);
    if (!this.allowed()) this.forget();
    this.listen(at);
  }

  page(name?: string, properties: Properties = {}, at?: number): void {
    const page = { ...pageContext(), ...(name ? { name } : {}), ...properties };
    this.emit("page", { ...(name ? { name } : {}), properties: page }, at);
  }

  track(event: string, properties: Properties = {}, at?: number): void {
    this.emit("track", { event, properties }, at);
  }

  /** `options.userHash` proves to the server that the user id is this visitor's (see README). */
  identify(
    userId: string | Properties | null | undefined,
    traits?: Properties,
    options?: { userHash?: string },
    at?: number,
  ): void {
    if (!this.allowed()) return;
    if (typeof userId === "object" && userId !== null) {
      return this.identify(null, userId, undefined, at);
    }
    if (userId) this.device_.write(userKey, String(userId));
    const context = options?.userHash ? { userHash: options.userHash } : {};
    this.emit("identify", { traits: traits ?? {}, context }, at);
  }

  group(groupId: string, traits: Properties = {}, at?: number): void {
    this.emit("group", { groupId, traits }, at);
  }

  /** `previousId` is by default who the visitor was until now. */
  alias(userId: string, previousId?: string, at?: number): void {
    if (!this.allowed()) return;
    const previous = previousId ?? this.device_.read(userKey) ?? this.anonymousId();
    this.device_.write(userKey, userId);
    this.emit("alias", { previousId: previous }, at);
  }

  /** Somebody else uses this device from now on. What is queued is still sent. */
  reset(): void {
    this.device_.remove(userKey);
    this.device_.remove(anonymousKey);
  }

  optOut(): void {
    this.forget();
    rememberChoice(this.device_, "out");
  }

  optIn(): void {
    rememberChoice(this.device_, "in");
  }

  private allowed(): boolean {
    return mayTrack(choiceOf(this.device_), this.options_.respectGpc ?? true);
  }

  private forget(): void {
    this.sender_.stop();
    this.queue_.clear();
    this.reset();
  }

  private emit(type: EventType, fields: Partial<TrackedEvent>, at = Date.now()): void {
    if (!this.allowed()) return;
    const userId = this.device_.read(userKey);
    const event: TrackedEvent = {
      type,
      messageId: uuid(),
      timestamp: new Date(at).toISOString(),
      anonymousId: this.anonymousId(),
      ...(userId ? { userId } : {}),
      ...fields,
      context: { ...callContext(), ...fields.context },
    };
    const bytes = bytesOf(JSON.stringify(event));
    if (bytes > eventBytesMax) {
      console.error(`sojourn: ${type} is ${bytes} bytes, the limit is ${eventBytesMax}`);
      return;
    }
    this.queue_.push(event);
    this.sender_.schedule();
  }

  /** Written on every use, so that it lives one year from the last visit. */
  private anonymousId(): string {
    const id = this.device_.read(anonymousKey) ?? uuid();
    this.device_.write(anonymousKey, id);
    return id;
  }

  private listen(at: number | undefined): void {
    const { pages = "load" } = this.options_;
    if (pages !== "none" && isPrepared()) {
      document.addEventListener("prerenderingchange", () => this.page(), { once: true });
    } else if (pages !== "none") {
      this.page(undefined, {}, at);
    }
    if (pages === "history") onNavigation(() => this.page());
    if (this.queue_.length) this.sender_.schedule();
    addEventListener("online", () => this.sender_.wake());
    addEventListener("pagehide", () => this.sender_.leave());
    // Mobile browsers end a page in the background without `pagehide`.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.sender_.leave();
    });
  }
}

/** A page that the browser has loaded ahead is not a page view until somebody looks at it. */
function isPrepared(): boolean {
  return (document as Document & { prerendering?: boolean }).prerendering === true;
}
