// In Chromium, from another origin: Segment's browser library and our snippet deliver to the server.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";
import { keys, repository, Server } from "./support/server.mjs";
import { html, script, startSite } from "./support/site.mjs";

let server;
let browser;
let site;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  site = await startSite({
    "/segment": html(`<title>Segment</title><script src="/segment.js"></script>`),
    "/segment.js": script(await segmentScript()),
    "/snippet": html(
      `<title>Snippet</title>
       <script async src="/sojourn.js" data-write-key="${keys.browser}" data-host="${server.url}"></script>`,
    ),
    "/loader": html(
      `<title>Loader</title><script>${await snippet("loader.js")}</script>
       <script>
         sojourn.load("${keys.browser}", "${server.url}", { pages: "none" });
         sojourn.track("Called Early");
       </script>`,
    ),
    "/sojourn.js": script(await snippet("sojourn.js")),
  });
});

after(async () => {
  await browser?.close();
  await site?.close();
  await server?.remove();
});

/** As a site bundles it: `cdnURL` is all that is changed; the settings say where to send. */
async function segmentScript() {
  const result = await build({
    stdin: {
      contents: `
        import { AnalyticsBrowser } from "@segment/analytics-next";
        window.analytics = AnalyticsBrowser.load({
          writeKey: ${JSON.stringify(keys.browser)},
          cdnURL: ${JSON.stringify(server.url)},
        });`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return result.outputFiles[0].text;
}

/** Built by `npm run build` in sdk/js. */
function snippet(name) {
  return readFile(path.join(repository, "sdk", "js", "dist", name), "utf8");
}

async function visit(address) {
  const context = await browser.newContext();
  const left = await keepOnLoopback(context);
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    // The site has no favicon; the browser says so.
    if (message.type() === "error" && !/favicon/.test(message.location().url)) {
      errors.push(message.text());
    }
  });
  await page.goto(`${site.url}${address}`);
  return { page, left, errors, close: () => context.close() };
}

function storedEvents(count, matches) {
  return eventually(`${count} events are stored`, async () => {
    const found = (await server.list("/events")).filter(matches);
    return found.length >= count && found;
  });
}

test("@segment/analytics-next delivers page, track and identify from another origin", async () => {
  const { page, left, errors, close } = await visit("/segment?utm_source=mail");
  await page.evaluate(async () => {
    await window.analytics.page("Pricing", { plan: "team" });
    await window.analytics.track("Product Viewed", { sku: "a-1" });
    await window.analytics.identify("segment-ana", { email: "segment-ana@example.com" });
  });
  const events = await storedEvents(3, (event) => /segment/.test(JSON.stringify(event)));
  const byType = Object.fromEntries(events.map((event) => [event.type, event]));
  assert.equal(events.length, 3);
  assert.equal(byType.page.name, "Page Viewed");
  assert.equal(byType.page.properties.path, "/segment");
  assert.equal(byType.page.properties.plan, "team");
  assert.equal(byType.track.name, "Product Viewed");
  assert.equal(byType.track.properties.sku, "a-1");
  assert.equal(byType.identify.properties.email, "segment-ana@example.com");
  const ids = new Set(events.map(({ contact }) => contact.id));
  assert.equal(ids.size, 1, "what was seen before identify belongs to the same contact");
  assert.deepEqual(left, [], "nothing has left the machine");
  assert.deepEqual(errors, []);
  await close();
});

test("our snippet delivers page, track and identify from another origin, without a preflight", async () => {
  const context = await browser.newContext();
  const left = await keepOnLoopback(context);
  const page = await context.newPage();
  const methods = [];
  page.on("request", (request) => {
    if (request.url().startsWith(server.url)) methods.push(request.method());
  });
  await page.goto(`${site.url}/snippet?utm_campaign=spring`);
  await page.waitForFunction(() => window.sojourn);
  await page.evaluate(() => {
    window.sojourn.track("Product Viewed", { sku: "b-2" });
    window.sojourn.identify("snippet-ana", { email: "snippet-ana@example.com" });
  });
  const contact = await eventually("the contact exists", () => server.contact("snippet-ana"));
  const events = await storedEvents(3, (event) => event.contact?.id === contact.id);
  assert.deepEqual(events.map(({ type }) => type).sort(), ["identify", "page", "track"]);
  const seen = events.find(({ type }) => type === "page");
  assert.equal(seen.properties.path, "/snippet");
  assert.equal(contact.email, "snippet-ana@example.com");
  assert.equal(contact.anonymousIds.length, 1);
  assert.ok(methods.length > 0 && methods.every((method) => method === "POST"), methods.join());
  assert.deepEqual(left, []);
  await context.close();
});

test("what was called before our snippet arrived is delivered", async () => {
  // The loader fetches the script from the server, which is where a site's snippet points.
  const { page, left, close } = await visit("/loader");
  await storedEvents(1, ({ name }) => name === "Called Early");
  assert.deepEqual(left, []);
  await page.close();
  await close();
});

test("an event tracked while the page is left is delivered once", async () => {
  const { page, close } = await visit("/snippet");
  await page.waitForFunction(() => window.sojourn);
  await page.evaluate((address) => {
    window.sojourn.track("Left The Page");
    location.href = address;
  }, `${site.url}/snippet?next`);
  await page.waitForURL(/next/);
  await page.waitForFunction(() => window.sojourn);
  await page.evaluate(() => window.sojourn.track("Arrived"));
  await storedEvents(1, ({ name }) => name === "Arrived");
  const left = await storedEvents(1, ({ name }) => name === "Left The Page");
  assert.equal(left.length, 1);
  await close();
});

test("the settings that a browser library asks for name our server", async () => {
  const answer = await server.ingest(`projects/${keys.browser}/settings`, undefined, {
    method: "GET",
    key: null,
    headers: { Origin: "https://shop.example" },
  });
  assert.equal(answer.status, 200);
  assert.ok(answer.headers.get("access-control-allow-origin"));
  assert.equal(answer.body.integrations["Segment.io"].apiKey, keys.browser);
  const unknown = await server.ingest("projects/nobody/settings", undefined, { method: "GET" });
  assert.ok([401, 404].includes(unknown.status), `an unknown key: ${unknown.status}`);
});
