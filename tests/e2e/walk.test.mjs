// The first hour of a new user, in Chromium: set up, sign in, apply the story, see it happen, read the
// mail and follow its link. Every screen is looked at in light and dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";
import { sender } from "./support/inboxes.mjs";
import { inspect } from "./support/screens.mjs";
import { keys, Server } from "./support/server.mjs";
import { html, startSite } from "./support/site.mjs";
import { definitionFiles } from "./support/workspaces.mjs";

const ana = {
  userId: "ana",
  email: "ana@visitor.example",
  firstName: "Ana",
  industry: "retail",
};

let server;
let browser;
let context;
let page;
let left;
const errors = [];

before(async () => {
  server = await Server.start({ unattended: false, env: sender });
  browser = await openBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  left = await keepOnLoopback(context);
  page = await context.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
});

after(async () => {
  await browser?.close();
  await server?.remove();
});

/** A call of the management API with the browser's own session. */
async function api(method, route, data) {
  const answer = await context.request.fetch(`${server.url}/api/v1${route}`, {
    method,
    headers: { "X-Sojourn-Csrf": "1" },
    ...(data === undefined ? {} : { data }),
  });
  assert.ok(answer.ok(), `${method} ${route}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

/** Opens a path and waits until its content has come: the stream stays open, so not for silence. */
async function open(path) {
  await page.goto(`${server.url}${path}`);
  await settled();
}

async function settled() {
  await page.locator("main h1").first().waitFor();
  await page.waitForFunction(() => !document.querySelector('main [role="status"][aria-label]'));
}

const submit = () => page.locator('button[type="submit"]').click();

async function fillCredentials(password) {
  await page.locator('input[type="email"]').fill(keys.email);
  await page.locator(`input[autocomplete="${password}"]`).fill(keys.password);
}

let serverKey;
let snippetLine;

test("a fresh server leads to its set-up, which gives both keys", async () => {
  await page.goto(server.url);
  await page.waitForURL(/\/setup$/);
  await page.locator("form").waitFor();
  await inspect(page, "setup-workspace");
  await page.locator('form input[type="text"], form input:not([type])').first().fill("Walk");
  await submit();
  await page.locator('input[autocomplete="new-password"]').waitFor();
  await inspect(page, "setup-user");
  await fillCredentials("new-password");
  const [answer] = await Promise.all([
    page.waitForResponse((one) => one.url().endsWith("/api/v1/setup") && one.status() === 201),
    submit(),
  ]);
  const result = await answer.json();
  serverKey = result.serverKey;
  await page.getByText(serverKey).first().waitFor();
  await page.getByText(result.browserKey).first().waitFor();
  snippetLine = await page.getByText("<script async").first().innerText();
  await inspect(page, "setup-keys");
});

test("the set-up cannot be done a second time", async () => {
  const again = await context.request.post(`${server.url}/api/v1/setup`, {
    data: { workspaceName: "Other", email: "other@example.com", password: keys.password },
  });
  assert.equal(again.status(), 409);
  assert.equal((await again.json()).code, "setup_done");
});

test("signing in with a wrong password says so, with the right one leads home", async () => {
  await context.clearCookies();
  await page.goto(server.url);
  await page.waitForURL(/\/sign-in/);
  await page.locator('input[autocomplete="current-password"]').waitFor();
  await inspect(page, "sign-in");
  await fillCredentials("current-password");
  await page.locator('input[autocomplete="current-password"]').fill("not this password");
  await submit();
  await page.getByRole("alert").first().waitFor();
  await inspect(page, "sign-in-refused");
  await fillCredentials("current-password");
  await submit();
  await page.waitForURL(`${server.url}/`);
  await settled();
  await inspect(page, "home-empty");
});

test("the story is applied, and Home counts what happens without a reload", async () => {
  const files = await definitionFiles("examples/pricing-page");
  const plan = await api("POST", "/definitions/apply", { files, yes: true });
  assert.deepEqual(plan.problems, []);
  await open("/");
  for (const time of ["first", "second"]) {
    const answer = await server.ingest(
      "page",
      {
        userId: ana.userId,
        name: "Pricing",
        properties: { path: "/pricing" },
        context: {
          traits: { email: ana.email, firstName: ana.firstName, industry: ana.industry },
        },
      },
      { key: serverKey },
    );
    assert.equal(answer.status, 200, `the ${time} view`);
  }
  await eventually("Ana has a mail", async () => (await api("GET", "/mailbox")).items.length > 0);
  const home = await api("GET", "/home");
  assert.equal(home.contacts, 1);
  assert.equal(home.segments.find(({ key }) => key === "hot-leads").size, 1);
  const tile = page.locator('main a[href="/contacts"]').first();
  await eventually("Home shows one contact", async () => /\b1\b/.test(await tile.innerText()));
  const segment = page.locator('main a[href="/segments/hot-leads"]').first();
  await eventually("Home shows one hot lead", async () => /\b1\b/.test(await segment.innerText()));
  await inspect(page, "home");
});

test("the contact's timeline tells the story in order", async () => {
  await open("/contacts");
  await inspect(page, "contacts");
  await page.getByText(ana.email).first().click();
  await page.waitForURL(/\/contacts\/[^/]+$/);
  const timeline = await api("GET", `/contacts/${ana.userId}/timeline`);
  const said = timeline.items.map(({ text }) => text);
  const order = [/pricing/i, /hot leads/i, /case study|email|mail/i];
  for (const pattern of order) {
    assert.ok(
      said.some((text) => pattern.test(text)),
      `${pattern} in ${JSON.stringify(said)}`,
    );
  }
  await page.getByText(said[0], { exact: false }).first().waitFor();
  await inspect(page, "contact");
});

test("the mail lies in the test mailbox, and its link is followed and counted", async () => {
  const { items } = await api("GET", "/mailbox");
  const mail = items.find(({ to }) => to.includes(ana.email));
  await open("/mailbox");
  await inspect(page, "mailbox");
  await page.getByText(mail.subject).first().click();
  await page.waitForURL(new RegExp(`id=${mail.id}`));
  const link = await eventually("the mail shows its links", async () => {
    for (const frame of page.frames()) {
      const found = frame.locator(`a[href*="/c/"]`).first();
      if ((await found.count()) > 0 && (await found.isVisible())) return found;
    }
    return null;
  });
  await inspect(page, "mail");
  await link.click();
  await eventually("the click is an event", async () => {
    const events = await api("GET", "/events?name=Link%20Clicked");
    return events.items.some(({ contact }) => contact?.userId === ana.userId);
  });
});

test("all other screens show the story", async () => {
  const journeys = (await api("GET", "/journeys")).items;
  const screens = {
    segments: "/segments",
    segment: "/segments/hot-leads",
    journeys: "/journeys",
    messages: "/messages",
    events: "/data/events",
    settings: "/settings",
  };
  for (const { key } of journeys) screens[`journey-${key}`] = `/journeys/${key}`;
  for (const [name, path] of Object.entries(screens)) {
    await open(path);
    await inspect(page, name);
  }
});

test("the line that the set-up shows makes a website deliver its page views", async () => {
  const site = await startSite({ "/shop": html(`<title>Shop</title>${snippetLine}`) });
  try {
    const visitor = await browser.newContext();
    await (await visitor.newPage()).goto(`${site.url}/shop`);
    await eventually("the page view is stored", async () => {
      const { items } = await api("GET", "/events?name=Page%20Viewed");
      return items.some(({ properties }) => properties.url === `${site.url}/shop`);
    });
    await visitor.close();
  } finally {
    await site.close();
  }
});

test("the app answers its own paths only", async () => {
  for (const path of [
    "/api/v1/nothing",
    "/v1/nothing",
    "/c/nothing",
    "/u/nothing",
    "/assets/nothing",
  ]) {
    const answer = await context.request.get(`${server.url}${path}`, { maxRedirects: 0 });
    assert.equal(answer.status(), 404, path);
  }
});

test("the browser has asked no other host, and no script has failed", () => {
  // The link of the mail leads to the story's website; the walk follows it as far as the redirect.
  const pages = left.filter((address) => !/example/.test(new URL(address).hostname));
  assert.deepEqual(pages, []);
  assert.deepEqual(errors, []);
});
