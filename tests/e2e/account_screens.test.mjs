// Webhooks and the audit log, in Chromium on a real server: what the pages do is what the API then says.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";
import { Peer } from "./support/peer.mjs";
import { lookAt, settled } from "./support/screens.mjs";
import { keys, Server } from "./support/server.mjs";

let server;
let peer;
let browser;
let page;
let left;
let secret;
const errors = [];

before(async () => {
  peer = await Peer.start();
  server = await Server.start({
    env: { SOJOURN_WEBHOOK_ALLOW: "127.0.0.0/8" },
  });
  browser = await openBrowser();
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
  });
  context.setDefaultTimeout(12_000);
  left = await keepOnLoopback(context);
  page = await context.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
});

after(async () => {
  await browser?.close();
  await server?.remove();
  await peer?.stop();
});

const button = (name) => page.getByRole("button", { name, exact: true });
const dialog = () => page.getByRole("dialog");

test("an admin signs in", async () => {
  await page.goto(`${server.url}/sign-in`);
  await page.locator('input[type="email"]').fill(keys.email);
  await page.locator('input[autocomplete="current-password"]').fill(keys.password);
  await page.locator('button[type="submit"]').click();
  await page.waitForURL(`${server.url}/`);
});

test("a webhook is added, and its secret shown once", async () => {
  await page.getByRole("link", { name: "Webhooks" }).click();
  await settled(page);
  await lookAt(page, "webhooks-empty");
  await button("Add a webhook").click();
  await dialog().locator('input[type="url"]').fill(`${peer.url}/hook`);
  await dialog().getByLabel("What it is for").fill("The CRM");
  await dialog().getByLabel("New contact").check();
  await lookAt(page, "webhooks-add");
  await button("Add it").click();
  await dialog().getByText("It is not shown again", { exact: false }).waitFor();
  secret = await dialog().locator("pre").textContent();
  await dialog().getByRole("button", { name: "Close" }).last().click();
  const [webhook] = await server.list("/webhook-endpoints");
  assert.deepEqual([webhook.description, webhook.events], ["The CRM", ["contact.created"]]);
});

test("a test arrives, signed, and its answer is shown", async () => {
  await page
    .locator("main")
    .getByRole("link", { name: /The CRM/ })
    .click();
  await settled(page);
  await button("Send a test").click();
  await eventually("the test arrives", () => peer.requests.length === 1);
  const [{ body, headers }] = peer.requests;
  assert.equal(new Webhook(secret).verify(body, headers).type, "webhook.test");
  await page.getByText("HTTP 204", { exact: false }).waitFor();
  await lookAt(page, "webhook");
  await page.getByRole("button", { name: /^Look: / }).click();
  await dialog().getByText("Attempts").waitFor();
  await lookAt(page, "webhook-delivery");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Send again: test-/ }).click();
  await eventually("it is sent again", () => peer.requests.length === 2);
});

test("it is changed, switched off and on, and removed", async () => {
  await button("Change").click();
  await dialog().getByLabel("Segment entered").check();
  await button("Save").click();
  await dialog().waitFor({ state: "hidden" });
  await button("Switch off").click();
  await page.getByText("Somebody has switched it off", { exact: false }).waitFor();
  const [off] = await server.list("/webhook-endpoints");
  assert.deepEqual([off.on, off.events], [false, ["contact.created", "segment.entered"]]);
  await button("Switch on").click();
  await button("Switch off").waitFor();
  await button("Remove").click();
  await button("Remove it").click();
  await page.waitForURL(`${server.url}/data/webhooks`);
  assert.deepEqual(await server.list("/webhook-endpoints"), []);
});

test("the audit log shows what was changed, and from where", async () => {
  await page.goto(`${server.url}/settings/audit?action=webhook`);
  await settled(page);
  await page
    .getByText("events: contact.created → contact.created, segment.entered", { exact: false })
    .waitFor();
  assert.ok((await page.getByText("127.0.0.1").count()) > 0, "the address is shown");
  await lookAt(page, "audit-changes");
});

test("nothing left the machine and nothing broke", () => {
  assert.deepEqual(errors, []);
  assert.deepEqual(left, []);
});
