// What a person does first, and what they do often, with journeys: from an empty data folder to the first
// welcome mail, counted; the hot lead, tried before it is started; and a live journey that is changed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";
import { sender } from "./support/inboxes.mjs";
import { lookAt, settled } from "./support/screens.mjs";
import { keys, Server } from "./support/server.mjs";

/** Clicks and fields that are filled in; more would be too much for a first mail. */
const interactionsMax = 25;

let server;
let browser;
let context;
let page;
let left;
let interactions = 0;
let serverKey;
const errors = [];

before(async () => {
  server = await Server.start({ unattended: false, env: sender });
  browser = await openBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
  context.setDefaultTimeout(30_000);
  left = await keepOnLoopback(context);
  page = await context.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
});

after(async () => {
  await browser?.close();
  await server?.remove();
});

async function click(locator) {
  interactions += 1;
  await locator.click();
}

async function fill(locator, text) {
  interactions += 1;
  await locator.fill(text);
}

const button = (name) => page.getByRole("button", { name, exact: true });
const link = (name) => page.getByRole("link", { name, exact: true });
const dialog = () => page.getByRole("dialog");
const node = (id) => page.locator(`[data-node="${id}"]`);
const field = (name) =>
  page.locator("[data-inspector]").getByRole("textbox", { name, exact: true });

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

const inSegment = (userId, event, properties = {}) =>
  server.ingest(
    event === "Page Viewed" ? "page" : "track",
    {
      userId,
      ...(event === "Page Viewed" ? { name: "Pricing" } : { event }),
      properties,
      context: { traits: { email: `${userId}@visitor.example`, firstName: userId } },
    },
    { key: serverKey },
  );

test("from an empty data folder to the first welcome mail in the test mailbox", async () => {
  await page.goto(server.url);
  await page.waitForURL(/\/setup$/);
  await fill(page.getByLabel("Workspace name"), "Tidewater");
  await click(page.locator('button[type="submit"]'));
  await fill(page.locator('input[type="email"]'), keys.email);
  await fill(page.locator('input[autocomplete="new-password"]'), keys.password);
  const [answer] = await Promise.all([
    page.waitForResponse((one) => one.url().endsWith("/api/v1/setup") && one.status() === 201),
    click(page.locator('button[type="submit"]')),
  ]);
  serverKey = (await answer.json()).serverKey;
  await click(link("Open the workspace"));
  await page.waitForURL(`${server.url}/`);
  await settled(page);
  await click(link("Journeys"));
  await settled(page);
  await click(link("New journey"));
  await click(button("Use this: Welcome series"));
  await page.waitForURL(/\/journeys\/welcome\/edit$/);
  await settled(page);
  await page.getByText("In order").waitFor();
  await click(node("hello"));
  await click(button("Preview"));
  await page.getByText("Welcome to Tidewater", { exact: true }).first().waitFor();
  await lookAt(page, "flow-welcome");
  await click(button("Start…"));
  await click(dialog().getByRole("button", { name: "Start the journey" }));
  await page.waitForURL(/\/journeys\/welcome$/);
  await settled(page);
  await click(button("More"));
  await click(page.getByRole("menuitem", { name: "Add a contact…" }));
  await click(dialog().getByRole("button", { name: "Add", exact: true }));
  await dialog().waitFor({ state: "detached" });
  await click(link("Test mailbox"));
  await settled(page);
  await page.getByText(keys.email).first().waitFor();
  await lookAt(page, "flow-mailbox");
  assert.ok(interactions <= interactionsMax, `${interactions} interactions`);
  const { items } = await api("GET", "/mailbox");
  assert.equal(items.length, 1);
});

test("the hot lead is filled in, tried with Ann, mended and started", async () => {
  for (const name of ["ann", "bob"]) await inSegment(name, "Visited");
  await server.advance("1s").catch(() => undefined);
  await page.goto(`${server.url}/journeys/new`);
  await click(button("Use this: Hot lead"));
  await page.waitForURL(/\/journeys\/hot-lead\/edit$/);
  await settled(page);
  await page.getByText("In order").waitFor();
  // The company's size decides, and another service is told.
  await page.getByRole("button", { name: "Branch" }).first().click();
  await field("Condition").first().fill("employees >= 50 and");
  await page.getByRole("region", { name: "Problems" }).getByRole("button").first().waitFor();
  await page.locator('[data-node][aria-pressed="true"]').press("Escape");
  await field("Name of the journey").waitFor();
  await page.getByRole("region", { name: "Problems" }).getByRole("button").first().click();
  await field("Condition").first().fill("employees >= 50");
  await page.getByText("In order").waitFor();
  await page
    .getByRole("group", { name: "Steps to add" })
    .getByRole("button", { name: "Call a webhook" })
    .click();
  await field("Address").fill("https://hooks.visitor.example/leads");
  await page.getByText("In order").waitFor();
  await button("Test with a contact").click();
  await page.getByRole("combobox", { name: "Contact" }).click();
  await page.keyboard.type("ann");
  await page.getByRole("option", { name: /ann@visitor/ }).click();
  await page.getByText("clicks", { exact: true }).click();
  await button("Try it").click();
  const way = page.getByRole("region", { name: "The way of the contact" });
  await way.getByText("Enters").waitFor();
  await way.getByText("Ends: completed").first().waitFor();
  await way.getByRole("listitem").getByRole("button").filter({ hasText: /\S/ }).last().waitFor();
  await lookAt(page, "flow-hot-lead");
  await button("Start…").click();
  await dialog().getByRole("button", { name: "Start the journey" }).click();
  await page.waitForURL(/\/journeys\/hot-lead$/);
  assert.equal((await api("GET", "/journeys/hot-lead")).state, "running");
});

test("a live journey is changed with people inside, and rolled back with one click", async () => {
  const inside = ["cem", "dan", "eve"];
  for (const name of inside) await inSegment(name, "Signed Up");
  await eventually("they wait", async () => {
    const { counts } = await api("GET", "/journeys/welcome");
    return counts.active >= inside.length;
  });
  await page.goto(`${server.url}/journeys/welcome`);
  await settled(page);
  await link("Edit").click();
  await settled(page);
  await node("first-project")
    .getByText(/here now/)
    .waitFor();
  await node("first-project").focus();
  await page.keyboard.press("Delete");
  await button("Publish…").click();
  await dialog().getByText("first-project").first().waitFor();
  await dialog().getByLabel("They go on in the new version").check();
  await dialog()
    .getByRole("combobox", { name: /at “first-project”/ })
    .click();
  await page.getByRole("option", { name: /\(settle-in\)/ }).click();
  await dialog()
    .getByText(/^\d+ go on in the new version, 0 stay/)
    .waitFor();
  await lookAt(page, "flow-publish");
  await dialog().getByRole("button", { name: "Publish", exact: true }).click();
  await page.waitForURL(/\/journeys\/welcome$/);
  await eventually("they have moved", async () => {
    const { steps } = await api("GET", "/journeys/welcome");
    return (steps.find(({ id }) => id === "settle-in")?.counts.here ?? 0) >= inside.length;
  });
  await settled(page);
  await button("More").click();
  await page.getByRole("menuitem", { name: "Versions" }).click();
  await settled(page);
  await button("Roll back: to version 1").click();
  await dialog().getByRole("button", { name: "Roll back" }).click();
  await eventually("version 1 holds again", async () => {
    const { text } = await api("GET", "/definitions/journey/welcome");
    return /first-project/.test(text);
  });
});

test("the browser has asked no other host, and no script has failed", () => {
  assert.deepEqual(left, []);
  assert.deepEqual(errors, []);
});
