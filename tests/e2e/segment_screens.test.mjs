// Segments, contacts, lists and scores, in Chromium on a real server: a segment is built, tested and published; from a
// filter of contacts it becomes a segment and an action; lists and scores lead to their people.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";
import { sender } from "./support/inboxes.mjs";
import { lookAt, settled } from "./support/screens.mjs";
import { keys, Server } from "./support/server.mjs";

const people = [
  { name: "ana", plan: "pro", seats: 12, views: 3 },
  { name: "ben", plan: "pro", seats: 3, views: 1 },
  { name: "cem", plan: "free", seats: 1, views: 2 },
  { name: "dan", plan: "free", seats: 40, views: 0 },
  { name: "eva", plan: "free", seats: 2, views: 0 },
];
const score = `kind: score
key: lead
name: Lead score
half_life: 30d
rules: [{ key: viewed, event: Page Viewed, points: 10, reason: viewed a page }]
thresholds: [{ key: hot, up: 15, down: 10 }]
`;

let server;
let browser;
let page;
let left;
const errors = [];

before(async () => {
  server = await Server.start({ env: sender });
  await server.api("PUT", "/definitions/score/lead", { text: score });
  await server.api("PUT", "/definitions/topic/news", {
    text: "kind: topic\nkey: news\nname: News\n",
  });
  await server.api("POST", "/lists", { key: "staff", name: "Staff" });
  for (const { name, plan, seats, views } of people) {
    await server.ingest("identify", {
      userId: name,
      traits: { firstName: name, email: `${name}@visitor.example`, plan, seats },
    });
    for (let view = 0; view < views; view += 1) {
      const properties = { path: "/pricing" };
      await server.ingest("track", { userId: name, event: "Page Viewed", properties });
    }
    await server.advance("1s");
  }
  browser = await openBrowser();
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
  });
  context.setDefaultTimeout(15_000);
  left = await keepOnLoopback(context);
  page = await context.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
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

async function open(route) {
  await page.goto(`${server.url}${route}`);
  await settled(page);
}

const button = (name) => page.getByRole("button", { name, exact: true });
const dialog = () => page.getByRole("dialog");
const row = (index) =>
  page
    .locator("main li")
    .filter({ has: page.getByLabel("Is it to be so?") })
    .nth(index);
const textOf = async (key) => (await server.get(`/definitions/segment/${key}`)).text;
const count = (number) =>
  page.locator("main [role=status]").getByText(`${number} contact${number === 1 ? "" : "s"}`);

async function add(kind) {
  // Groups within have a button of their own before this one.
  await button("Add a condition").last().click();
  await page.getByRole("menuitem", { name: kind, exact: true }).click();
}

async function action(name) {
  await button("Actions").click();
  await page.getByRole("menuitem", { name, exact: true }).click();
}

test("a segment is built as sentences, each of which says how many it holds for", async () => {
  await open("/segments");
  await page.getByRole("link", { name: "New segment" }).click();
  await page.waitForURL(/\/segments\/new$/);
  await page.getByLabel("Name").fill("Warm people");
  await add("Attribute");
  await page.getByText("Something is still to be filled in here.").first().waitFor();
  await row(0).getByLabel("Attribute", { exact: true }).fill("plan");
  await row(0).getByLabel("Value", { exact: true }).fill("pro");
  await row(0).getByText("2 contacts").waitFor();
  await add("Did something");
  await row(1).getByLabel("Event").fill("Page Viewed");
  await row(1).getByLabel("How many").fill("2");
  await button("where…").click();
  await row(1).getByLabel("Property").fill("path");
  await row(1).getByLabel("Comparison of the value").selectOption("contains");
  await row(1).getByLabel("Value", { exact: true }).fill("/pricing");
  await row(1).getByText("2 contacts").waitFor();
  await count(1).waitFor();
  await page.getByText("All of these: plan is pro; Did Page Viewed").waitFor();
  await page.getByRole("link", { name: "ana", exact: true }).waitFor();
});

test("a contact is tried against it, row by row, with what was read", async () => {
  await page.getByRole("combobox", { name: "Contact" }).click();
  await page.keyboard.type("ben");
  await page.getByRole("option", { name: /ben@visitor/ }).click();
  await page.getByText("Would not be in the segment").waitFor();
  await row(0).getByText("Read: pro").waitFor();
  await row(1).getByText("Read: 1").waitFor();
  await lookAt(page, "segment-new");
});

test("it survives a reload before it is published, and then it is there", async () => {
  await open("/segments/new");
  assert.equal(await page.getByLabel("Name").inputValue(), "Warm people");
  await count(1).waitFor();
  await button("Publish").click();
  await page.waitForURL(/\/segments\/warm-people$/);
  await settled(page);
  await page.getByText("Nothing goes by it.").waitFor();
  await eventually(
    "ana is in it",
    async () => (await server.get("/segments/warm-people")).size === 1,
  );
  await lookAt(page, "segment");
});

test("form and text are one condition, and what the form cannot say stays in it", async () => {
  await page.getByRole("link", { name: "Edit" }).click();
  await page.waitForURL(/\/edit$/);
  await settled(page);
  await page
    .locator("label")
    .filter({ hasText: /^Text$/ })
    .click();
  const text = page.getByRole("textbox", { name: "Condition as text" });
  await page.waitForFunction(() =>
    document.querySelector("main textarea")?.value.includes("plan is pro"),
  );
  await text.fill("plan =~ 3");
  await page.getByText("Line 1, column 7:").waitFor();
  await text.fill(
    "plan is pro or (seats > 30 and not (plan is gold and (seats > 1 and seats < 50)))",
  );
  await count(3).waitFor();
  await page
    .locator("label")
    .filter({ hasText: /^Form$/ })
    .click();
  await row(0).getByLabel("Value", { exact: true }).waitFor();
  await add("Condition as text");
  await page
    .getByRole("textbox", { name: "Condition as text" })
    .last()
    .fill('email ends with "nobody"');
  await count(3).waitFor();
  await page.getByText("Not published yet; kept in this browser").waitFor();
  await lookAt(page, "segment-edit");
  await button("Publish").click();
  await page.waitForURL(/\/segments\/warm-people$/);
  const published = await server.get("/segments/warm-people");
  assert.match(published.text, /seats < 50/);
  assert.match(published.text, /email ends with "nobody"/);
  assert.match(await textOf("warm-people"), /^key: warm-people$/m);
});

test("somebody else publishes meanwhile: neither version is lost", async () => {
  await open("/segments/warm-people/edit");
  await page.getByLabel("Name").fill("Warm by me");
  const theirs = (await textOf("warm-people")).replace("Warm people", "Warm by others");
  await server.api("PUT", "/definitions/segment/warm-people", { text: theirs });
  await button("Publish").click();
  await page.getByText("Somebody else has changed this meanwhile").waitFor();
  await button("Go on with mine").click();
  await eventually("mine holds", async () => /name: Warm by me/.test(await textOf("warm-people")));
  await open("/segments/warm-people");
  await page.getByText("Version 4").waitFor();
  await page
    .locator("li")
    .filter({ hasText: "Version 1" })
    .getByRole("button", { name: "Restore" })
    .click();
  await dialog().getByRole("button", { name: "Restore" }).click();
  await page.getByText("Version 1 holds again").waitFor();
  await eventually(
    "the first holds",
    async () => (await server.get("/segments/warm-people")).size === 1,
  );
});

test("a filter of contacts stands in the address, as chips", async () => {
  await open("/contacts");
  await button("Filter").click();
  await row(0).getByLabel("Attribute", { exact: true }).fill("plan");
  await row(0).getByLabel("Value", { exact: true }).fill("free");
  await count(3).first().waitFor();
  await button("Show who fits").click();
  await page.getByRole("button", { name: "plan is free", exact: true }).waitFor();
  assert.match(decodeURIComponent(page.url()), /where=.*"attribute":"plan"/);
  await page.getByRole("row", { name: /eva/ }).waitFor();
  assert.equal(await page.getByRole("row", { name: /ana/ }).count(), 0);
  await button("Columns").click();
  await page.getByRole("menuitemcheckbox", { name: "seats" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("columnheader", { name: "seats" }).waitFor();
  await page.getByRole("row", { name: /dan/ }).getByText("40").waitFor();
  await lookAt(page, "contacts-filtered");
});

test("those whom a filter finds become a segment", async () => {
  const address = page.url();
  await page.getByRole("link", { name: "Save as segment" }).click();
  await page.waitForURL(/\/segments\/new/);
  await page.getByLabel("Name").fill("Free plan");
  await count(3).waitFor();
  await button("Publish").click();
  await page.waitForURL(/\/segments\/free-plan$/);
  await eventually(
    "it has its members",
    async () => (await server.get("/segments/free-plan")).size === 3,
  );
  await page.goto(address);
  await settled(page);
});

test("rows are chosen by keyboard, and put on a list that is made for them", async () => {
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.getByText("2 chosen").waitFor();
  await action("Add to a list");
  await dialog().getByRole("combobox", { name: "List" }).click();
  await page.getByRole("option", { name: "A new list…" }).click();
  await dialog().getByLabel("Name of the list").fill("Trial");
  await lookAt(page, "contacts-add-to-list");
  await dialog().getByRole("button", { name: "Add 2 contacts" }).click();
  await page.getByText("Done for 2 contacts.").waitFor();
  assert.equal((await server.get("/lists/trial")).size, 2);
});

test("all that the filter finds are unsubscribed, and erased by their number", async () => {
  await page.getByRole("checkbox", { name: "Choose all that are shown" }).check();
  await page.getByText("3 chosen").waitFor();
  await action("Unsubscribe from a topic");
  await dialog().getByRole("combobox", { name: "Topic" }).click();
  await page.getByRole("option", { name: "News" }).click();
  await dialog().getByRole("button", { name: "Unsubscribe 3 contacts" }).click();
  await page.getByText("Done for 3 contacts.").waitFor();
  const { topics } = await server.get("/contacts/eva/consents");
  assert.equal(topics.find(({ topic }) => topic === "news").state, "opted_out");
  await open(`/contacts?where=${encodeURIComponent("seats is 2")}`);
  await page.getByRole("checkbox", { name: "Choose all that are shown" }).check();
  await action("Erase…");
  const erase = dialog().getByRole("button", { name: "Erase for good" });
  assert.ok(await erase.isDisabled());
  await dialog().getByLabel("Type 1 to go on").fill("1");
  await erase.click();
  await page.getByText("Done for 1 contact.").waitFor();
  await page.getByText("No contact fits").waitFor();
  await eventually("eva is gone", async () => (await server.contact("eva")) === null);
});

test("a contact is changed where it stands, and the next one is a key away", async () => {
  await open("/contacts");
  await page.getByRole("link", { name: "dan", exact: true }).click();
  await page.getByText("1 of 4").waitFor();
  await page.getByRole("button", { name: "Change seats" }).click();
  await page.getByLabel("seats", { exact: true }).fill("41");
  await button("Save").click();
  await page.getByRole("button", { name: "Change seats" }).waitFor();
  assert.equal((await server.contact("dan")).attributes.seats.value, 41);
  await page.getByRole("button", { name: "Add an attribute" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("city");
  await page.getByRole("textbox", { name: "Value" }).fill("Köln");
  await button("Save").click();
  await page.getByText("Köln").waitFor();
  await page.getByPlaceholder("Add to a list").click();
  await page.getByRole("option", { name: "Staff" }).click();
  await page.getByRole("button", { name: "Take off Staff" }).waitFor();
  assert.equal((await server.get("/lists/staff")).size, 1);
  await lookAt(page, "contact-edited");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("]");
  await page.getByText("2 of 4").waitFor();
  await page.getByRole("heading", { name: "cem", level: 1 }).waitFor();
  await page.keyboard.press("[");
  await page.getByText("1 of 4").waitFor();
});

test("two contacts become one, and one is erased by its name", async () => {
  await action("Merge with another…");
  await dialog().getByRole("combobox", { name: "The other contact" }).click();
  await page.keyboard.type("cem");
  await page.getByRole("option", { name: /cem@visitor/ }).click();
  await dialog().getByRole("button", { name: "Merge", exact: true }).click();
  await page.getByText("Merged into").waitFor();
  assert.equal((await server.contact("dan")).id, (await server.contact("cem")).id);
  await open("/contacts/ben");
  await action("Erase");
  const erase = dialog().getByRole("button", { name: "Erase for good" });
  assert.ok(await erase.isDisabled());
  await dialog().getByLabel("Type ben to go on").fill("ben");
  await erase.click();
  await page.waitForURL(/\/contacts$/);
  await eventually("ben is gone", async () => (await server.contact("ben")) === null);
});

test("a list is made, renamed, filled and emptied, which can be undone", async () => {
  await open("/lists");
  await button("New list").click();
  await dialog().getByLabel("Name").fill("Fair");
  await dialog().getByRole("button", { name: "Make the list" }).click();
  await page.waitForURL(/\/lists\/fair$/);
  await button("Rename").click();
  await dialog().getByLabel("Name").fill("Spring fair");
  await dialog().getByRole("button", { name: "Rename" }).click();
  await page.getByRole("heading", { name: "Spring fair", level: 1 }).waitFor();
  await page.getByRole("combobox", { name: "Add a contact" }).click();
  await page.keyboard.type("ana");
  await page.getByRole("option", { name: /ana@visitor/ }).click();
  await button("Add").click();
  await page.getByRole("row", { name: /ana/ }).waitFor();
  await lookAt(page, "list");
  await button("Take ana off the list").click();
  await page.getByText("Nobody is on it").waitFor();
  await button("Undo").click();
  await page.getByRole("row", { name: /ana/ }).waitFor();
  assert.equal((await server.get("/lists/fair")).size, 1);
});

test("a score shows where people stand, and each number opens them", async () => {
  await open("/scores");
  await page.getByRole("link", { name: /Lead score/ }).click();
  await page.getByText("viewed a page").waitFor();
  await page.getByRole("combobox", { name: "Contact" }).click();
  await page.keyboard.type("ana");
  await page.getByRole("option", { name: /ana@visitor/ }).click();
  await page.getByText(/^30 points$/).waitFor();
  await lookAt(page, "score");
  const hot = (await server.get("/scores/lead")).thresholds[0].contacts;
  await page.getByRole("link", { name: `${hot} contacts`, exact: true }).click();
  await page.waitForURL(/\/contacts\?where=/);
  await page.getByRole("row", { name: /ana/ }).waitFor();
  assert.equal((await page.getByRole("row").count()) - 1, hot);
});

test("no page has failed, and nothing has left this machine", () => {
  assert.deepEqual(errors, []);
  assert.deepEqual(left, []);
});
