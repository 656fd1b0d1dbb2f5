// Serves dist/ and the management API from memory, with the headers of the real server.
//   node tests/mock-server.mjs [--port 8090] [--setup] [--empty] [--virtual]
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { campaignRoutes } from "./mock-campaigns.mjs";
import { consentRoutes, hostedForm } from "./mock-consent.mjs";
import * as data from "./mock-data.mjs";
import { pictureRoutes, pictureAt } from "./mock-library.mjs";
import { pageRoutes } from "./mock-pages.mjs";
import { segmentRoutes } from "./mock-segments.mjs";
import { senderRoutes } from "./mock-senders.mjs";
import { teamRoutes } from "./mock-team.mjs";
import { transferRoutes } from "./mock-transfers.mjs";
import { testedJourney } from "./mock-tests.mjs";
import { webhookRoutes } from "./mock-webhooks.mjs";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const journeys = [...data.journeys, testedJourney];
const policy =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

export function startMock({
  port = 0,
  setup = false,
  empty = false,
  virtual = false,
  failing = false,
} = {}) {
  const world = {
    needed: setup,
    signedIn: !setup,
    offset: 0,
    stopped: false,
    reason: null,
    since: null,
  };
  const streams = new Set();
  const now = () => Date.now() + world.offset;
  const list = (rows) => (empty ? [] : rows);

  const session = () => ({
    email: "mia@shop.example.com",
    role: world.role ?? "owner",
    workspace: { name: "Shop GmbH", timezone: "Europe/Berlin" },
    csrf: "1",
  });
  const home = () => ({
    at: data.iso(now()),
    contacts: list(data.contacts).length,
    eventsToday: empty ? 0 : 8412 + data.events.length,
    eventsTotal: empty ? 0 : 1_204_311 + data.events.length,
    messagesSentToday: empty ? 0 : 466,
    messagesQueued: empty ? 0 : 25,
    activeRuns: empty ? 0 : 155,
    segments: list(data.segments).map(({ key, name, size }) => ({ key, name, size })),
    journeys: list(journeys).map(({ key, name, counts }) => ({
      key,
      name,
      entered: counts.entered,
      active: counts.active,
      completed: counts.completed,
      goals: counts.goal,
    })),
    eventsPerMinute: Array.from({ length: 60 }, (_, index) =>
      empty ? 0 : Math.round(60 + 45 * Math.sin(index / 7) + ((index * 37) % 23)),
    ),
    needsAttention: list([
      {
        code: "messages_failed",
        text: "46 messages failed today, most with 550 5.1.1",
        link: "/messages?status=failed",
      },
      {
        code: "journey_paused",
        text: "The journey Welcome is paused; 12 contacts wait in it",
        link: "/journeys/welcome",
      },
    ]),
    sending: { stopped: world.stopped, reason: world.reason },
    checklist: [
      { key: "workspace", done: true, title: "Set up the workspace", link: "/settings" },
      { key: "first_event", done: !empty, title: "Send the first event", link: "/settings" },
      { key: "first_journey", done: !empty, title: "Start a journey", link: "/journeys" },
      { key: "first_mail", done: false, title: "Look at the first mail", link: "/mailbox" },
      { key: "smtp", done: false, title: "Let mails leave by SMTP", link: "/settings" },
    ],
  });
  const sending = () => ({
    stopped: world.stopped,
    reason: world.reason,
    since: world.since,
    by: null,
    queued: 25,
  });
  const clock = () => ({ now: data.iso(now()), virtual });

  const timer = setInterval(() => {
    if (empty || streams.size === 0) return;
    const event = data.makeEvent(now());
    data.events.unshift(event);
    for (const stream of streams) {
      stream.write(`id: ${event.position}\nevent: event\ndata: ${JSON.stringify(event)}\n\n`);
      stream.write(`event: home\ndata: ${JSON.stringify(home())}\n\n`);
    }
  }, 700);

  function page(rows, url, more = {}) {
    const limit = Number(url.searchParams.get("limit") ?? 50);
    if (!(limit >= 1 && limit <= 200))
      return problem(400, "limit_out_of_range", "limit", limit, "1 to 200");
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const next = from + limit < rows.length ? String(from + limit) : null;
    return [200, { items: rows.slice(from, from + limit), next, ...more }];
  }
  function problem(status, code, field = null, value = null, limit = null, fix = null) {
    const title = code.replaceAll("_", " ");
    return [
      status,
      { type: "about:blank", title, status, detail: title, code, field, value, limit, fix },
    ];
  }
  const one = (item) =>
    item ? [200, item] : problem(404, "not_found", null, null, null, "Check the address.");
  const contactOf = (id) => data.contacts.find((each) => each.id === id || each.userId === id);

  function search(url) {
    const q = (url.searchParams.get("q") ?? "").toLowerCase();
    const segment = url.searchParams.get("segment");
    const rows = list(data.contacts).filter((contact) =>
      [contact.name, contact.email, contact.userId, contact.id].join(" ").toLowerCase().includes(q),
    );
    const size = data.segments.find((each) => each.key === segment)?.size;
    return size === undefined ? rows : rows.slice(0, size);
  }

  const routes = [
    [
      "GET",
      /^\/setup$/,
      () => [200, { needed: world.needed, demo: false, virtualClock: virtual, version: "0.1.0" }],
    ],
    [
      "POST",
      /^\/setup$/,
      () => {
        if (!world.needed) return problem(409, "setup_done");
        Object.assign(world, { needed: false, signedIn: true });
        return [
          201,
          {
            session: session(),
            serverKey: "sk_4h9x2m7q0d1v8s3kz6n5w",
            browserKey: "pk_71c0a9m4x2q8",
            apiKey: "ak_2f8w1z6t9c3p",
          },
        ];
      },
    ],
    [
      "GET",
      /^\/session$/,
      () => (world.signedIn ? [200, session()] : problem(401, "not_signed_in")),
    ],
    [
      "POST",
      /^\/session$/,
      (_, body) => {
        if (body.password === "wrong") return problem(401, "sign_in_failed");
        if (body.password === "second" && !body.code) return problem(401, "second_factor_needed");
        world.signedIn = true;
        return [201, session()];
      },
    ],
    ["DELETE", /^\/session$/, () => ((world.signedIn = false), [204, null])],
    ["GET", /^\/home$/, () => [200, home()]],
    ["GET", /^\/contacts$/, (url) => page(search(url), url, { total: search(url).length })],
    [
      "GET",
      /^\/contacts\/([^/]+)$/,
      (_u, _b, id) => one(contactOf(id) && data.contactPage(contactOf(id))),
    ],
    ["DELETE", /^\/contacts\/([^/]+)$/, (_u, _b, id) => [202, { id, acceptedAt: data.iso(now()) }]],
    [
      "POST",
      /^\/contacts\/([^/]+)\/merge$/,
      (_u, _b, id) => one(contactOf(id) && data.contactPage(contactOf(id))),
    ],
    [
      "GET",
      /^\/contacts\/([^/]+)\/timeline$/,
      (url, _b, id) => {
        const kinds = url.searchParams.get("kinds")?.split(",");
        const rows = data
          .timeline(contactOf(id))
          .filter((entry) => !kinds || kinds.includes(entry.kind));
        return page(rows, url);
      },
    ],
    ...segmentRoutes({ list, page, problem, one }),
    ["GET", /^\/segments$/, (url) => page(list(data.segments), url)],
    [
      "GET",
      /^\/segments\/([^/]+)$/,
      (_u, _b, key) => one(data.segments.find((each) => each.key === key)),
    ],
    [
      "GET",
      /^\/segments\/([^/]+)\/contacts$/,
      (url, _b, key) => {
        const size = data.segments.find((each) => each.key === key)?.size ?? 0;
        return page(data.contacts.slice(0, size), url, { total: size });
      },
    ],
    ["GET", /^\/journeys$/, (url) => page(list(journeys), url)],
    [
      "GET",
      /^\/journeys\/([^/]+)$/,
      (_u, _b, key) => one(journeys.find((each) => each.key === key)),
    ],
    [
      "POST",
      /^\/journeys\/([^/]+)\/steps\/([^/]+)\/winner$/,
      (_u, { arm }, key, id) => {
        const journey = structuredClone(journeys.find((each) => each.key === key));
        const step = journey.steps.find((each) => each.id === id);
        const at = data.iso(now());
        step.split.experiment.winner =
          arm === null ? null : { arm, at, by: "mia@shop.example.com" };
        return [200, journey];
      },
    ],
    [
      "GET",
      /^\/journeys\/([^/]+)\/contacts$/,
      (url, _b, key) => {
        const journey = journeys.find((each) => each.key === key);
        const step = journey.steps.find((each) => each.id === url.searchParams.get("step"));
        const state = url.searchParams.get("state") ?? (step ? "here" : "entered");
        const total = (step ? step.counts[state] : journey.counts[state]) ?? 0;
        const rows = Array.from({ length: total }, (_, index) => {
          const contact = data.contacts[index % data.contacts.length];
          const run = {
            ...data.contactPage(contact).runs[0],
            id: `run_${index}`,
            state:
              state === "here" || state === "passed" || state === "left" || state === "entered"
                ? "active"
                : state,
            stepName: step?.name ?? "Wait for a click",
          };
          return {
            contact,
            run: {
              ...run,
              journey: key,
              journeyName: journey.name,
              version: 4,
              enteredAt: run.enteredAt ?? contact.lastSeenAt,
            },
            at: contact.lastSeenAt,
          };
        });
        return page(rows, url, { total });
      },
    ],
    [
      "GET",
      /^\/messages$/,
      (url) => {
        const wanted = (name, value) =>
          !url.searchParams.get(name) || url.searchParams.get(name) === value;
        const rows = list(data.messages).filter(
          (each) =>
            wanted("status", each.status) &&
            wanted("journey", each.journey) &&
            wanted("step", each.step) &&
            wanted("contact", each.contact.id),
        );
        return page(rows, url);
      },
    ],
    ["GET", /^\/events$/, (url) => page(list(data.events), url)],
    [
      "GET",
      /^\/mailbox$/,
      (url) =>
        page(
          list(data.mails).filter((mail) => mail.to.includes(url.searchParams.get("to") ?? "")),
          url,
          { enabled: true },
        ),
    ],
    ["GET", /^\/mailbox\/([^/]+)$/, (_u, _b, id) => one(data.mail(id))],
    ["GET", /^\/sending$/, () => [200, sending()]],
    [
      "POST",
      /^\/sending\/stop$/,
      (_u, body) => (
        Object.assign(world, { stopped: true, reason: body.reason, since: data.iso(now()) }),
        [200, sending()]
      ),
    ],
    [
      "POST",
      /^\/sending\/resume$/,
      () => (Object.assign(world, { stopped: false, reason: null, since: null }), [200, sending()]),
    ],
    [
      "GET",
      /^\/sources$/,
      (url) =>
        page(
          [
            {
              id: "s1",
              name: "Website",
              kind: "browser",
              key: "pk_71c0a9m4x2q8",
              hint: "pk_7…q8",
              firstEventAt: empty ? null : data.iso(data.start - 9e8),
              lastEventAt: null,
            },
            {
              id: "s2",
              name: "Server",
              kind: "server",
              key: null,
              hint: "sk_4…5w",
              firstEventAt: null,
              lastEventAt: null,
            },
          ],
          url,
        ),
    ],
    ...transferRoutes({ list, page, one }),
    ...consentRoutes({ list, page }),
    ...campaignRoutes({ list, page, problem, one }),
    ...pageRoutes({ list, page, problem, one }),
    ...senderRoutes({ list, page, problem, one }),
    ...teamRoutes({ list, page, problem, one, session }),
    ...webhookRoutes({ list, page, one }),
    ...pictureRoutes({ list, page, problem, one }),
    ["GET", /^\/clock$/, () => [200, clock()]],
    [
      "POST",
      /^\/clock$/,
      (_u, body) => {
        const [, count, unit] = /^(\d+)([smhdw])$/.exec(body.advance ?? "") ?? [];
        if (!count) return problem(422, "advance_invalid", "advance", body.advance);
        world.offset += Number(count) * { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 }[unit];
        return [200, clock()];
      },
    ],
  ];

  async function answer(request, response) {
    const url = new URL(request.url, "http://mock");
    response.setHeader("content-security-policy", policy);
    if (url.pathname.startsWith("/f/")) {
      response.writeHead(200, { "content-type": types[".html"] });
      return response.end(hostedForm);
    }
    const picture = pictureAt(url.pathname);
    if (picture) {
      response.writeHead(200, { "content-type": "image/svg+xml" });
      return response.end(picture);
    }
    if (!url.pathname.startsWith("/api/v1")) return serveFile(url.pathname, response);
    const path = url.pathname.slice("/api/v1".length);
    if (path === "/stream") {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(`retry: 2000\n\nevent: home\ndata: ${JSON.stringify(home())}\n\n`);
      streams.add(response);
      request.on("close", () => streams.delete(response));
      return undefined;
    }
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const isJson = request.headers["content-type"] === "application/json";
    const body = isJson && chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
    const [status, result] = route(request.method, path, url, body);
    const type = status >= 400 ? "application/problem+json" : "application/json";
    response.writeHead(status, result === null ? {} : { "content-type": type });
    return response.end(result === null ? undefined : JSON.stringify(result));
  }

  function route(method, path, url, body) {
    const open = /^\/(setup|session|invitations\/(look|accept))$/.test(path);
    if (!world.signedIn && !open) return problem(401, "not_signed_in");
    if (failing && !open)
      return problem(503, "store_busy", null, null, null, "Wait a moment and try again.");
    for (const [verb, pattern, run] of routes) {
      const match = pattern.exec(path);
      if (verb === method && match)
        return run(url, body, ...match.slice(1).map((part) => decodeURIComponent(part)));
    }
    return problem(404, "not_found");
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      response.writeHead(500).end(String(error?.stack ?? error));
    });
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => {
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        world,
        close: () => {
          clearInterval(timer);
          for (const stream of streams) stream.end();
          server.closeAllConnections();
          server.close();
        },
      });
    });
  });
}

async function serveFile(pathname, response) {
  const asset = pathname.startsWith("/app-assets/");
  const file = asset ? join(dist, normalize(pathname)) : join(dist, "index.html");
  try {
    const bytes = await readFile(file);
    response.writeHead(200, {
      "content-type": types[extname(file)] ?? "application/octet-stream",
      "cache-control": asset ? "public, max-age=31536000, immutable" : "no-cache",
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const flag = (name) => process.argv.includes(`--${name}`);
  const at = process.argv.indexOf("--port");
  const mock = await startMock({
    port: at > 0 ? Number(process.argv[at + 1]) : 8090,
    setup: flag("setup"),
    empty: flag("empty"),
    virtual: flag("virtual"),
  });
  console.log(mock.url);
}
