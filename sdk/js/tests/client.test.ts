import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Options } from "../src/client.js";
import { Client } from "../src/client.js";
import { eventBytesMax } from "../src/event.js";
import { queueLengthMax, resendAgeMaxMs } from "../src/queue.js";
import { gatherMs } from "../src/sender.js";
import { leavePage, watchPage } from "./browser.js";
import { answer, eventsOf, receive } from "./receiver.js";

const start = new Date("2026-03-02T10:00:00.000Z");
const uuidV4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function open(options: Partial<Options> = {}): Client {
  return new Client({ writeKey: "wk", host: "https://events.example/", pages: "none", ...options });
}

function setBrowser(fields: { globalPrivacyControl?: boolean; onLine?: boolean }): void {
  for (const [name, value] of Object.entries(fields)) {
    Object.defineProperty(navigator, name, { value, configurable: true });
  }
}

const settle = (ms = gatherMs) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers({ now: start });
  watchPage();
  localStorage.clear();
  for (const name of ["sojourn_anonymous_id", "sojourn_user_id", "sojourn_choice"]) {
    document.cookie = `${name}=; Max-Age=-1; Path=/`;
  }
  setBrowser({ globalPrivacyControl: false, onLine: true });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(() => {
  leavePage();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("calls", () => {
  test("travel together as text/plain, which needs no preflight, and outlive the page", async () => {
    const received = receive();
    const client = open();
    client.track("Signed Up", { plan: "team" });
    client.page("Pricing");
    await settle();
    expect(received).toHaveLength(1);
    expect(received[0]!.url).toBe("https://events.example/v1/b");
    expect(received[0]!.init).toMatchObject({
      method: "POST",
      keepalive: true,
      credentials: "omit",
      headers: { "Content-Type": "text/plain" },
    });
    expect(received[0]!.body).toMatchObject({ writeKey: "wk", sentAt: "2026-03-02T10:00:00.200Z" });
    expect(eventsOf(received).map(({ type }) => type)).toEqual(["track", "page"]);
  });

  test("carry page, campaign, locale and library", async () => {
    const received = receive();
    open().track("Signed Up", { plan: "team" });
    await settle();
    const [event] = eventsOf(received);
    expect(event).toMatchObject({
      type: "track",
      event: "Signed Up",
      properties: { plan: "team" },
      timestamp: "2026-03-02T10:00:00.000Z",
      context: {
        page: { path: "/pricing", search: "?utm_source=mail&utm_campaign=spring" },
        campaign: { source: "mail", name: "spring" },
        locale: navigator.language,
        library: { name: "sojourn.js" },
      },
    });
    expect(event!.messageId).toMatch(uuidV4);
    expect(event!.anonymousId).toMatch(uuidV4);
  });

  test("page has the address in its properties, and its name", async () => {
    const received = receive();
    open().page("Pricing", { tier: "pro" });
    await settle();
    expect(eventsOf(received)[0]).toMatchObject({
      type: "page",
      name: "Pricing",
      properties: { name: "Pricing", path: "/pricing", tier: "pro" },
    });
  });

  test("identify takes traits alone for a visitor without a user id", async () => {
    const received = receive();
    open().identify({ industry: "retail" });
    await settle();
    const [event] = eventsOf(received);
    expect(event).toMatchObject({ type: "identify", traits: { industry: "retail" } });
    expect(event).not.toHaveProperty("userId");
  });

  test("identify carries the proof that the user id is the visitor's, other calls do not", async () => {
    const received = receive();
    const client = open();
    client.identify("u1", { plan: "team" }, { userHash: "0a1b" });
    client.track("Signed Up");
    await settle();
    const [identify, track] = eventsOf(received);
    expect(identify!.context).toMatchObject({ userHash: "0a1b", library: { name: "sojourn.js" } });
    expect(track!.context).not.toHaveProperty("userHash");
  });

  test("after identify carry the user id, also on the next page", async () => {
    const received = receive();
    open().identify("u1", { email: "ana@example.com" });
    open().track("Signed Up");
    await settle();
    const events = eventsOf(received);
    expect(events.filter(({ type }) => type === "track")[0]).toMatchObject({ userId: "u1" });
    expect(new Set(events.map(({ anonymousId }) => anonymousId)).size).toBe(1);
  });

  test("group and alias name the company and who the visitor was", async () => {
    const received = receive();
    const client = open();
    client.group("acme", { seats: 5 });
    client.alias("u2");
    await settle();
    const [group, alias] = eventsOf(received);
    expect(group).toMatchObject({ type: "group", groupId: "acme", traits: { seats: 5 } });
    expect(alias).toMatchObject({ type: "alias", userId: "u2", previousId: group!.anonymousId });
  });

  test("after reset belong to somebody else", async () => {
    const received = receive();
    const client = open();
    client.identify("u1");
    client.reset();
    client.track("Signed Up");
    await settle();
    const [before, after] = eventsOf(received);
    expect(after!.anonymousId).not.toBe(before!.anonymousId);
    expect(after).not.toHaveProperty("userId");
  });

  test("of the largest size are sent, and one byte more is refused with the limit", async () => {
    const received = receive();
    const client = open();
    client.track("Probe", { text: "" });
    await settle();
    const room = eventBytesMax - JSON.stringify(eventsOf(received)[0]).length;
    client.track("Probe", { text: "x".repeat(room) });
    client.track("Probe", { text: "x".repeat(room + 1) });
    await settle();
    expect(eventsOf(received)).toHaveLength(2);
    expect(console.error).toHaveBeenCalledExactlyOnceWith(
      `sojourn: track is ${eventBytesMax + 1} bytes, the limit is ${eventBytesMax}`,
    );
  });
});

describe("pages", () => {
  test("are sent by themselves on load", async () => {
    const received = receive();
    open({ pages: "load" });
    await settle();
    expect(eventsOf(received)).toMatchObject([{ type: "page", properties: { path: "/pricing" } }]);
  });

  test("that the browser has loaded ahead are sent when somebody looks at them", async () => {
    Object.defineProperty(document, "prerendering", { value: true, configurable: true });
    const received = receive();
    open({ pages: "load" });
    await settle(60_000);
    expect(received).toHaveLength(0);
    document.dispatchEvent(new Event("prerenderingchange"));
    await settle();
    Object.defineProperty(document, "prerendering", { value: false, configurable: true });
    expect(eventsOf(received)).toMatchObject([{ timestamp: "2026-03-02T10:01:00.000Z" }]);
  });

  test("are sent when the address changes, not when its fragment does", async () => {
    const received = receive();
    open({ pages: "history" });
    history.pushState({}, "", "/docs");
    history.pushState({}, "", "/docs#top");
    history.replaceState({}, "", "/pricing?utm_source=mail&utm_campaign=spring");
    await settle();
    const paths = eventsOf(received).map(({ properties }) => properties!["path"]);
    expect(paths).toEqual(["/pricing", "/docs", "/pricing"]);
  });
});

describe("the visitor's id", () => {
  test("lives one year from its last use", async () => {
    const received = receive();
    const year = 365 * 24 * 60 * 60 * 1000;
    const visit = async (after: number) => {
      await vi.advanceTimersByTimeAsync(after);
      open().track("Visit");
      await settle();
    };
    await visit(0);
    await visit(year - 2 * gatherMs);
    await visit(year + gatherMs);
    const [first, second, third] = eventsOf(received).map(({ anonymousId }) => anonymousId);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test("is a first-party cookie where the browser refuses localStorage", async () => {
    const refuse = () => {
      throw new DOMException("refused", "SecurityError");
    };
    vi.stubGlobal("localStorage", { getItem: refuse, setItem: refuse, removeItem: refuse });
    const received = receive();
    open().track("Visit");
    open().track("Visit");
    await settle();
    const ids = new Set(eventsOf(received).map(({ anonymousId }) => anonymousId));
    expect(ids.size).toBe(1);
    expect(document.cookie).toContain(`sojourn_anonymous_id=${[...ids][0]}`);
  });
});

describe("retry", () => {
  test.each([
    ["429", answer(429)],
    ["500", answer(500)],
    ["503", answer(503)],
    ["a cut connection", "cut" as const],
  ])("after %s sends the same message id, with a new sentAt", async (_, failure) => {
    const received = receive(failure);
    open().track("Signed Up");
    await settle(5_000);
    expect(received).toHaveLength(2);
    expect(eventsOf(received)[1]!.messageId).toBe(eventsOf(received)[0]!.messageId);
    expect(received[1]!.body.sentAt > received[0]!.body.sentAt).toBe(true);
  });

  test("waits as long as Retry-After says, also when more is tracked meanwhile", async () => {
    const received = receive(answer(429, {}, { "Retry-After": "30" }));
    const client = open();
    client.track("First");
    await settle();
    client.track("Second");
    dispatchEvent(new Event("pagehide"));
    await settle(29_900);
    expect(received).toHaveLength(1);
    await settle(200);
    expect(received[1]!.body.batch.map(({ event }) => event)).toEqual(["First", "Second"]);
  });

  test("waits until the date that Retry-After names", async () => {
    const received = receive(answer(503, {}, { "Retry-After": "Mon, 02 Mar 2026 10:01:00 GMT" }));
    open().track("Signed Up");
    await settle(59_800);
    expect(received).toHaveLength(1);
    await settle(300);
    expect(received).toHaveLength(2);
  });

  test("backs off, to at most a minute between two attempts", async () => {
    const received = receive(...Array.from({ length: 100 }, () => answer(500)));
    open().track("Signed Up");
    await settle(60 * 60 * 1000);
    expect(received.length).toBeGreaterThan(59);
    expect(received.length).toBeLessThan(100);
  });

  test.each([400, 401, 413])("is not done after %i, which is logged once", async (status) => {
    const received = receive(
      answer(status, { code: "refused" }),
      answer(status, { code: "refused" }),
    );
    const client = open();
    client.track("First");
    await settle(60_000);
    client.track("Second");
    await settle(60_000);
    expect(received).toHaveLength(2);
    expect(console.error).toHaveBeenCalledOnce();
  });

  test("is not done for items that the server refused by name", async () => {
    const error = { index: 0, messageId: "m", code: "event_missing", field: "event" };
    const received = receive(answer(207, { accepted: 1, errors: [error, error] }));
    const client = open();
    client.track("");
    client.track("Good");
    await settle(60_000);
    expect(received).toHaveLength(1);
    expect(console.error).toHaveBeenCalledExactlyOnceWith(
      "sojourn: the server refused a call: event_missing",
      error,
    );
  });
});

describe("offline", () => {
  test("nothing is tried, and everything is sent when the browser is back", async () => {
    const received = receive();
    setBrowser({ onLine: false });
    open().track("Signed Up");
    await settle(60_000);
    expect(received).toHaveLength(0);
    setBrowser({ onLine: true });
    dispatchEvent(new Event("online"));
    await settle();
    expect(eventsOf(received)).toHaveLength(1);
  });

  test("the queue survives the page", async () => {
    const received = receive();
    setBrowser({ onLine: false });
    open().track("Signed Up");
    await settle();
    leavePage();
    setBrowser({ onLine: true });
    open();
    await settle();
    expect(eventsOf(received)).toMatchObject([{ event: "Signed Up" }]);
    expect(localStorage.getItem("sojourn_queue:wk")).toBeNull();
  });

  test.each([
    [queueLengthMax, 0],
    [queueLengthMax + 1, 1],
  ])("%i calls lose %i, the oldest, and the last one says so", async (calls, lost) => {
    const received = receive();
    setBrowser({ onLine: false });
    const client = open();
    for (let index = 0; index < calls; index++) client.track(`Call ${index}`);
    setBrowser({ onLine: true });
    dispatchEvent(new Event("online"));
    await settle(5_000);
    const events = eventsOf(received);
    expect(events).toHaveLength(queueLengthMax);
    expect(events[0]!.event).toBe(`Call ${lost}`);
    expect(events.at(-1)!.context["dropped"] ?? 0).toBe(lost);
  });

  test("what may have arrived is not sent again once the server would count it twice", async () => {
    const received = receive("cut");
    const client = open();
    client.track("Maybe");
    await settle();
    setBrowser({ onLine: false });
    client.track("Never tried");
    await settle(resendAgeMaxMs);
    setBrowser({ onLine: true });
    dispatchEvent(new Event("online"));
    await settle();
    expect(received).toHaveLength(2);
    expect(received[1]!.body.batch.map(({ event }) => event)).toEqual(["Never tried"]);
  });

  test("a large queue leaves in requests that a browser lets outlive the page", async () => {
    const received = receive();
    const client = open();
    for (let index = 0; index < 10; index++) client.track("Large", { text: "x".repeat(15_000) });
    await settle(5_000);
    expect(eventsOf(received)).toHaveLength(10);
    for (const { init } of received) {
      expect((init.body as string).length).toBeLessThan(64 * 1024);
    }
  });
});

describe("leaving the page", () => {
  test("sends at once what waits", async () => {
    vi.stubGlobal(
      "Request",
      Object.assign(() => undefined, { prototype: { keepalive: false } }),
    );
    const received = receive();
    open().track("Clicked Away");
    dispatchEvent(new Event("pagehide"));
    await settle(0);
    expect(eventsOf(received)).toMatchObject([{ event: "Clicked Away" }]);
  });

  test("uses a beacon where fetch has no keepalive, and sends the same id from the next page", async () => {
    const beacons: string[] = [];
    vi.stubGlobal("Request", class {});
    Object.defineProperty(navigator, "sendBeacon", {
      configurable: true,
      value: (url: string, body: string) => beacons.push(url, body),
    });
    const received = receive();
    const client = open();
    client.track("Clicked Away");
    dispatchEvent(new Event("pagehide"));
    expect(beacons[0]).toBe("https://events.example/v1/b");
    const sent = JSON.parse(beacons[1]!).batch[0];
    leavePage();
    open();
    await settle();
    expect(eventsOf(received)[0]!.messageId).toBe(sent.messageId);
  });
});

describe("privacy", () => {
  const stored = () => Object.keys(localStorage).concat(document.cookie).join();

  test("with Global Privacy Control nothing is kept and nothing is sent", async () => {
    setBrowser({ globalPrivacyControl: true });
    const received = receive();
    const client = open({ pages: "load" });
    client.identify("u1");
    client.track("Signed Up");
    client.alias("u2");
    await settle(60_000);
    expect(received).toHaveLength(0);
    expect(stored()).not.toContain("sojourn");
  });

  test("Global Privacy Control removes what an earlier visit left", async () => {
    receive();
    open().identify("u1");
    await settle();
    expect(stored()).toContain("sojourn");
    setBrowser({ globalPrivacyControl: true });
    open();
    expect(stored()).not.toContain("sojourn");
  });

  test("a site may say that Global Privacy Control does not apply to it", async () => {
    setBrowser({ globalPrivacyControl: true });
    const received = receive();
    open({ respectGpc: false }).track("Signed Up");
    await settle();
    expect(eventsOf(received)).toHaveLength(1);
  });

  test("the visitor's own yes on this site comes before the browser's signal", async () => {
    setBrowser({ globalPrivacyControl: true });
    const received = receive();
    open().optIn();
    open().track("Signed Up");
    await settle();
    expect(eventsOf(received)).toHaveLength(1);
  });

  test("optOut drops what is queued, keeps the choice only, and optIn ends it", async () => {
    const received = receive();
    const client = open();
    client.identify("u1");
    client.optOut();
    client.track("Unseen");
    await settle();
    expect(received).toHaveLength(0);
    expect(stored()).toBe("sojourn_choice,");
    open().optIn();
    open().track("Seen");
    await settle();
    expect(eventsOf(received)).toMatchObject([{ event: "Seen" }]);
  });
});
