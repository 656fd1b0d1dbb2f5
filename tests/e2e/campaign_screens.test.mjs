// The pages of campaigns, in Chromium on a real server: from a new draft to its results, by two people at
// once, and over a cut network. Every screen is looked at in light and dark, and on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";
import { sender } from "./support/inboxes.mjs";
import { lookAt, settled } from "./support/screens.mjs";
import { keys, Server } from "./support/server.mjs";

let server;
let browser;
let context;
let page;
let left;
const errors = [];

before(async () => {
  server = await Server.start({ env: sender });
  await server.apply("tests/e2e/workspaces/campaigns");
  for (const name of ["ana", "ben", "fay", "sam"]) {
    await server.ingest("identify", {
      userId: name,
      traits: { email: `${name}@visitor.example`, firstName: name, reader: true },
    });
  }
  await server.ingest("identify", { userId: "eve", traits: { reader: true } });
  await server.advance("1s");
  await server.api("POST", "/lists/staff/contacts", { add: ["sam"] });
  await server.advance("1s");
  browser = await openBrowser();
  context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
  });
  context.setDefaultTimeout(12_000);
  left = await keepOnLoopback(context);
  page = await newPage();
  await page.goto(`${server.url}/sign-in`);
  await page.locator('input[type="email"]').fill(keys.email);
  await page.locator('input[autocomplete="current-password"]').fill(keys.password);
  await page.locator('button[type="submit"]').click();
  await page.waitForURL(`${server.url}/`);
});

after(async () => {
  await browser?.close();
  await server?.remove();
});

async function newPage() {
  const opened = await context.newPage();
  opened.on("pageerror", (error) => errors.push(String(error)));
  return opened;
}

async function open(route, where = page) {
  await where.goto(`${server.url}${route}`);
  await settled(where);
}

const button = (name, where = page) => where.getByRole("button", { name, exact: true });
const dialog = () => page.getByRole("dialog");
const campaign = (key) => server.get(`/campaigns/${key}`);
const textOf = async (key) => (await server.get(`/definitions/campaign/${key}`)).text;
const saved = (where = page) => where.getByText("Saved", { exact: true }).waitFor();

async function choose(label, option) {
  await page.getByRole("combobox", { name: label }).click();
  await page.getByRole("option", { name: option }).click();
}

/** Of a field that takes several, which stays open for the next. */
async function chooseAlso(label, option) {
  await choose(label, option);
  await page.keyboard.press("Escape");
}

/** A choice of a row of them, whose button is hidden below its words. */
const pick = (name) => page.locator("label").filter({ hasText: name }).click();

test("the list says what each campaign is doing", async () => {
  await open("/campaigns");
  await page.getByRole("link", { name: /Campaign news/ }).waitFor();
  await lookAt(page, "campaigns");
  await button("Under way").click();
  await page.getByText("No campaign fits").waitFor();
  await button("Clear filters").click();
});

test("a new one is a draft, made in one dialog", async () => {
  await button("New campaign").click();
  await dialog().getByLabel("Name").fill("Frühling");
  await choose("Who", /Readers/);
  await choose("Template", /news/);
  await button("Make the draft").click();
  await page.waitForURL(/\/campaigns\/fruhling$/);
  await settled(page);
  await page.getByText("4 people", { exact: true }).waitFor();
  assert.equal((await campaign("fruhling")).state, "draft");
  await lookAt(page, "campaign-draft");
});

test("what is changed is saved by itself, and counted", async () => {
  await chooseAlso("But nobody who is in", /Staff/);
  await page.getByText("3 people", { exact: true }).waitFor();
  await page.getByText("have no email address").waitFor();
  await page.getByLabel("Subject", { exact: true }).fill("Spring, {{ contact.firstName }}");
  await saved();
  await eventually("the server has it", async () => /Spring/.test(await textOf("fruhling")));
  const { who, subject } = await campaign("fruhling");
  assert.deepEqual(
    who.except.map(({ key }) => key),
    ["staff"],
  );
  assert.equal(subject, "Spring, {{ contact.firstName }}");
});

test("the preview is what the contact will get", async () => {
  await page.getByRole("combobox", { name: "As it looks for" }).click();
  await page.keyboard.type("ana");
  await page.getByRole("option", { name: /ana@visitor/ }).click();
  await page.getByText("Spring, ana", { exact: true }).waitFor();
  await page.frameLocator("iframe").getByText("Hello ana").waitFor();
  await pick(/^Text$/);
  await page.locator("main pre").getByText("Hello ana").waitFor();
});

test("a part that the server refuses says so where it stands, and nothing is lost", async () => {
  await page.getByRole("combobox", { name: "Whoever is in any of these" }).focus();
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Escape");
  await page.getByText("Not saved: see what is wrong").waitFor();
  assert.ok(await page.getByRole("button", { name: /^Send to/ }).isDisabled());
  await lookAt(page, "campaign-refused");
  await open("/campaigns/fruhling");
  await page.getByText("Choose at least one segment or list").waitFor();
  await chooseAlso("Whoever is in any of these", /Readers/);
  await saved();
});

test("the network is cut while somebody writes: it is saved when it is back", async () => {
  await context.setOffline(true);
  await page.getByLabel("Subject", { exact: true }).fill("Written without a network");
  await page.getByText("Kept in this browser; the server does not answer").waitFor();
  await context.setOffline(false);
  await saved();
  assert.equal((await campaign("fruhling")).subject, "Written without a network");
});

test("two people change it at once: both texts are shown, and none is lost", async () => {
  const other = await newPage();
  await open("/campaigns/fruhling", other);
  await server.api("PUT", "/definitions/campaign/fruhling", {
    text: (await textOf("fruhling")).replace("Written without a network", "By the other"),
  });
  await other.getByLabel("Subject", { exact: true }).fill("By me");
  await other.getByText("Somebody else has changed this meanwhile").waitFor();
  assert.equal((await campaign("fruhling")).subject, "By the other");
  await lookAt(other, "campaign-conflict");
  await button("Go on with theirs", other).click();
  await button("Take mine back", other).click();
  await saved(other);
  assert.equal((await campaign("fruhling")).subject, "By me");
  const versions = await server.list("/definitions/campaign/fruhling/versions");
  assert.ok(versions.length >= 4);
  await other.close();
  await open("/campaigns/fruhling");
});

test("variants, and each person's own clock", async () => {
  await pick("Try variants");
  await page.getByLabel("Subject", { exact: true }).nth(1).fill("Plain");
  await page.getByLabel("Subject", { exact: true }).nth(2).fill("Loud");
  await page.getByLabel("Choose the winner after").fill("1h");
  await pick("At each person's local time");
  await saved();
  const read = await campaign("fruhling");
  assert.deepEqual(
    read.test.arms.map(({ name, subject }) => `${name}: ${subject}`),
    ["a: Plain", "b: Loud"],
  );
  assert.match(read.when.local, /T09:00/);
  await lookAt(page, "campaign-test");
  await pick("Try variants");
  await pick("When it is started");
  await saved();
  await eventually("no test", async () => (await campaign("fruhling")).test === null);
});

test("it is sent after a second yes, held for a minute, and called off", async () => {
  await page.getByRole("button", { name: "Send to 3 people" }).click();
  await dialog().getByText("It waits 60 seconds").waitFor();
  await dialog().getByRole("button", { name: "Send to 3 people" }).click();
  await page.getByRole("timer").waitFor();
  assert.equal((await campaign("fruhling")).state, "holding");
  await lookAt(page, "campaign-holding");
  await button("Call it off").click();
  await page.getByText("Called off", { exact: false }).first().waitFor();
  assert.equal((await campaign("fruhling")).state, "cancelled");
});

test("started again it runs; its numbers lead to the people", async () => {
  await page.getByRole("button", { name: "Send to 3 people" }).click();
  await dialog().getByRole("button", { name: "Send to 3 people" }).click();
  await page.getByRole("timer").waitFor();
  await server.advance("61s");
  await page.getByText("Finished").first().waitFor();
  await lookAt(page, "campaign-finished");
  await page.getByRole("link", { name: /3\s*Sent/ }).click();
  await page.waitForURL(/\/campaigns\/fruhling\/recipients\?status=sent$/);
  await settled(page);
  await eventually("three rows", async () => (await page.locator("[data-index]").count()) === 3);
  await lookAt(page, "campaign-recipients");
  await page.goBack();
  await settled(page);
});

test("who did not open it gets a draft of their own", async () => {
  await button("Send again").click();
  await page.getByRole("menuitem", { name: "Have not opened it" }).click();
  await page.waitForURL(/\/campaigns\/fruhling-again$/);
  await settled(page);
  const again = await campaign("fruhling-again");
  assert.deepEqual(again.who.resend, { campaign: "fruhling", to: "not_opened" });
  assert.equal(again.state, "draft");
  await lookAt(page, "campaign-again");
  await button("More").click();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  await dialog().getByRole("button", { name: "Archive" }).click();
  await page.waitForURL(`${server.url}/campaigns`);
  await assert.rejects(campaign("fruhling-again"), { status: 404 });
});

test("a running one is paused, goes on, and is stopped", async () => {
  await server.api("POST", "/campaigns/slow/start", { hold: "0s" });
  await server.advance("1s");
  await open("/campaigns/slow");
  await button("Pause").click();
  await button("Resume").waitFor();
  assert.equal((await campaign("slow")).state, "paused");
  await lookAt(page, "campaign-paused");
  await button("Resume").click();
  await button("Pause").waitFor();
  await button("Stop").click();
  await dialog().getByRole("button", { name: "Stop" }).click();
  await page.getByText("Stopped").first().waitFor();
  await eventually("stopped", async () => /stop/.test((await campaign("slow")).state));
});

test("the browser has asked no other host, and no script has failed", () => {
  assert.deepEqual(left, []);
  assert.deepEqual(errors, []);
});
