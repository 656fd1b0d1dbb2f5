// The pages of templates, consent, imports and explanations, in Chromium on a real server: what they
// write is what the API then says. Every screen is looked at in light and dark, and on a phone.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";
import { sender } from "./support/inboxes.mjs";
import { png } from "./support/pictures.mjs";
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
  await server.apply("tests/e2e/workspaces/letters");
  await server.ingest("identify", {
    userId: "ana",
    traits: { email: "ana@visitor.example", firstName: "Ana" },
  });
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
/** A choice of a row of them, whose button is hidden below its words. */
const pick = (name, where = page) => where.locator("label").filter({ hasText: name }).click();
const block = (name, where = page) => where.getByRole("group", { name, exact: true });
const textOf = async (kind, key) => (await server.get(`/definitions/${kind}/${key}`)).text;

describe("templates", () => {
  test("a new one opens in the composer", async () => {
    await open("/templates");
    await lookAt(page, "templates");
    await button("New template").click();
    await dialog().getByLabel("Name").fill("Spring letter");
    await dialog().getByLabel("Subject").fill("News for spring");
    await button("Make it").click();
    await page.waitForURL(/\/templates\/spring-letter$/);
    await settled(page);
    await block("Heading: News for spring").waitFor();
    await lookAt(page, "template");
  });

  test("the preview is what a contact would get", async () => {
    await page.getByRole("combobox", { name: "As it looks for" }).click();
    await page.keyboard.type("ana");
    await page.getByRole("option", { name: /ana@visitor/ }).click();
    await page.frameLocator("iframe").getByText("Hello Ana,").waitFor();
    await pick("Phone");
    await page.frameLocator("iframe").getByText("Hello Ana,").waitFor();
  });

  test("a test of what the preview shows is sent to that contact", async () => {
    await button("Send a test to this contact").click();
    await page.getByText("A test is on its way to ana@visitor.example").waitFor();
    await server.advance("1s");
    const mails = await server.list("/mailbox");
    const mail = mails.find(({ subject }) => subject === "[Test] News for spring");
    assert.deepEqual(mail && [mail.to.includes("ana@visitor.example")], [true]);
    assert.match((await server.get(`/mailbox/${mail.id}`)).html, /Hello Ana,/);
  });

  test("words are written where they stand, with a variable", async () => {
    await block("Heading: News for spring").click();
    const words = page.getByRole("textbox", { name: "Words" });
    await words.click();
    await page.keyboard.press("End");
    await page.keyboard.type(", ");
    await button("Variable").click();
    await page.getByRole("combobox", { name: "Variable" }).fill("contact.firstName");
    await page.getByLabel("If it is empty").fill("you");
    await button("Put it in").click();
    await block("Heading: News for spring, {you}").waitFor();
    await lookAt(page, "template-words");
  });

  test("blocks are added, moved by keys and by the mouse, undone and redone", async () => {
    await button("Button").click();
    await page.getByRole("textbox", { name: "Words" }).click();
    await page.keyboard.type("To the shop");
    await page.getByLabel("Address of the link").fill("https://shop.example/new");
    const added = block("Button: To the shop");
    await added.focus();
    await page.keyboard.press("Alt+ArrowUp");
    await block("Button: To the shop").waitFor();
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+Shift+z");
    await added.focus();
    await page.keyboard.press("Control+d");
    await eventually("two of them", async () => (await added.count()) === 2);
    await added.first().focus();
    await page.keyboard.press("Delete");
    await eventually("one of them", async () => (await added.count()) === 1);
    const names = () =>
      page
        .locator('[role="group"][aria-label^="Button"], [role="group"][aria-label^="Text"]')
        .evaluateAll((all) => all.map((each) => each.getAttribute("aria-label").split(":")[0]));
    const before = await names();
    const from = added.locator("[title='Drag to move']");
    const to = page.locator('[role="group"][aria-label^="Text"]');
    const after = before[0] === "Button";
    await from.dragTo(to, { targetPosition: { x: 60, y: after ? 30 : 2 } });
    await eventually("it has moved", async () => (await names()).join() !== before.join());
  });

  test("nothing is published before that is asked for, and a reload loses nothing", async () => {
    assert.doesNotMatch(await textOf("template", "spring-letter"), /To the shop/);
    await open("/templates/spring-letter");
    await block("Button: To the shop").waitFor();
    await button("Publish").click();
    await page.getByText("Published", { exact: true }).waitFor();
    const text = await textOf("template", "spring-letter");
    assert.match(text, /To the shop/);
    assert.match(text, /fallback: you/);
    const shown = await server.api("POST", "/render", { template: "spring-letter" });
    assert.equal(shown.subject, "News for spring");
    assert.match(shown.html, /https:\/\/shop\.example\/new/);
  });

  test("what the server refuses leads to its block", async () => {
    await block("Button: To the shop").click();
    await page.getByLabel("Address of the link").fill("");
    await button("Publish").click();
    await page.getByText("This cannot be published as it is").waitFor();
    await lookAt(page, "template-refused");
    await page.getByLabel("Address of the link").fill("https://shop.example/other");
    await button("Publish").click();
    await page.getByText("Published", { exact: true }).waitFor();
  });

  test("a picture is chosen in the library, links and cells are filled in", async () => {
    await button("Image").click();
    await button("From the library").click();
    await dialog().getByText("No pictures yet").waitFor();
    const chooser = page.waitForEvent("filechooser");
    await dialog().getByRole("button", { name: "Upload pictures" }).click();
    const file = { name: "Shelf.png", mimeType: "image/png", buffer: png(640, 360) };
    await (await chooser).setFiles([file]);
    await dialog().getByRole("button", { name: "Shelf" }).waitFor();
    await lookAt(page, "template-pictures");
    await dialog().getByRole("button", { name: "Shelf" }).click();
    await eventually("it is chosen", async () =>
      /^asset:/.test(await page.getByLabel("Address of the picture").inputValue()),
    );
    await page.getByLabel("What the picture says").fill("A shelf of cups");
    await button("Menu").click();
    const entry = page.getByRole("group", { name: "1", exact: true });
    await entry.getByLabel("Words").fill("Shop");
    await page
      .getByRole("group", { name: "Shop", exact: true })
      .getByLabel("Address of the link")
      .fill("https://shop.example/all");
    await button("Table").click();
    await page.getByLabel("With a head, column 1").fill("Item");
    await page.getByLabel("With a head, column 2").fill("Price");
    await page.getByLabel("Row 1, column 1").fill("A cup");
    await page.getByLabel("Row 1, column 2").fill("3 EUR");
    await lookAt(page, "template-table");
    await button("Publish").click();
    await page.getByText("Published", { exact: true }).waitFor();
    const { html } = await server.api("POST", "/render", { template: "spring-letter" });
    assert.match(html, /alt="A shelf of cups"/);
    assert.match(html, /https:\/\/shop\.example\/all/);
    assert.match(html, /Price[^]*3 EUR/);
  });

  test("another language has words of its own", async () => {
    await button("Add a language").click();
    await dialog().getByLabel("Language").fill("d");
    await dialog().getByRole("button", { name: "Add a language" }).click();
    await dialog().getByText("This is no code of a language").waitFor();
    await dialog().getByLabel("Language").fill("de");
    await dialog().getByRole("button", { name: "Add a language" }).click();
    await pick("Settings");
    await page.getByLabel("Subject").fill("Neues zum Frühling");
    await pick("Preview");
    await page.getByText("Neues zum Frühling").first().waitFor();
    await lookAt(page, "template-languages");
    await button("Publish").click();
    await page.getByText("Published", { exact: true }).waitFor();
    const german = await server.api("POST", "/render", {
      template: "spring-letter",
      language: "de",
    });
    assert.equal(german.subject, "Neues zum Frühling");
    const english = await server.api("POST", "/render", { template: "spring-letter" });
    assert.equal(english.subject, "News for spring");
    await button("Remove this language").click();
    await dialog().getByRole("button", { name: "Remove this language" }).click();
    await button("Publish").click();
    await page.getByText("Published", { exact: true }).waitFor();
    assert.doesNotMatch(await textOf("template", "spring-letter"), /languages/);
  });

  test("two people change it at once: nobody's words are lost", async () => {
    const other = await newPage();
    await open("/templates/spring-letter", other);
    const text = await textOf("template", "spring-letter");
    await server.api("PUT", "/definitions/template/spring-letter", {
      text: text.replace("To the shop", "By the other"),
    });
    await button("Line", other).click();
    await button("Publish", other).click();
    await other.getByText("Somebody else has changed this meanwhile").waitFor();
    assert.match(await textOf("template", "spring-letter"), /By the other/);
    await button("Go on with theirs", other).click();
    await block("Button: By the other", other).waitFor();
    await button("Take mine back", other).click();
    await block("Button: To the shop", other).waitFor();
    await button("Publish", other).click();
    await eventually("mine is there", async () =>
      /divider/.test(await textOf("template", "spring-letter")),
    );
    await other.close();
  });

  test("a template in HTML is edited as text beside its preview", async () => {
    await open("/templates/news");
    await page.getByLabel("Subject").fill("News, for you");
    await page.getByText("News, for you").last().waitFor();
    await lookAt(page, "template-html");
    await button("Publish").click();
    await page.getByText("Published", { exact: true }).waitFor();
    assert.match(await textOf("template", "news"), /News, for you/);
  });
});

describe("consent", () => {
  test("topics are made and changed", async () => {
    await open("/consent");
    await lookAt(page, "consent");
    await button("New topic").click();
    await dialog().getByLabel("Name").fill("Events");
    await dialog().getByLabel("Description").fill("Where to meet us");
    await button("Publish").click();
    await page.getByText("Events is published").waitFor();
    await page.getByRole("listitem").filter({ hasText: "Where to meet us" }).waitFor();
    assert.match(await textOf("topic", "events"), /Where to meet us/);
  });

  test("a form shows how it looks, and the code for another page", async () => {
    await open("/consent/forms/newsletter");
    await page.frameLocator("iframe").getByText("Once a week, and nothing else.").waitFor();
    await lookAt(page, "consent-form");
    await button("Change").click();
    await dialog().getByLabel("Websites that may post to it").fill("https://shop.example");
    await button("Publish").click();
    await page.getByText("This stands in a page of https://shop.example").waitFor();
    assert.match(await textOf("form", "newsletter"), /https:\/\/shop\.example/);
  });

  test("an address is suppressed, found by its whole, and lifted", async () => {
    await open("/consent/suppressions");
    await button("Suppress addresses").click();
    await dialog().getByLabel("Addresses").fill("gone@visitor.example, away@visitor.example");
    await button("Suppress 2 addresses").click();
    await eventually("two rows", async () => (await page.locator("[data-index]").count()) === 2);
    await lookAt(page, "consent-suppressions");
    await page.getByRole("searchbox").fill("gone@visitor.example");
    await eventually("one row", async () => (await page.locator("[data-index]").count()) === 1);
    await button("Lift a suppression").click();
    await dialog().getByRole("button", { name: "Lift a suppression" }).click();
    await page.getByText("gone@visitor.example is not suppressed").waitFor();
    assert.equal((await server.get("/suppressions")).items.length, 1);
  });

  test("what a contact has said elsewhere is written down with its evidence", async () => {
    await open("/contacts/ana/consent");
    await button("Write down what was said").click();
    await dialog().getByLabel("Evidence").fill("Call of 3 March");
    await button("Add the line").click();
    await page.getByText("Call of 3 March").waitFor();
    const { lines } = await server.get("/contacts/ana/consents");
    assert.equal(lines[0].state, "opted_out");
    assert.match(lines[0].evidence, /Call of 3 March/);
    await lookAt(page, "consent-ledger");
  });
});

describe("imports, exports and why", () => {
  test("a file is mapped, tried, imported and taken back", async () => {
    await open("/jobs/import");
    await page.locator("input[type=file]").setInputFiles({
      name: "people.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("email,firstName\nben@visitor.example,Ben\nfay@visitor.example,Fay\n"),
    });
    await page.getByText("Say first whether these people have agreed").waitFor();
    await pick("The file says nothing of it");
    await button("Dry run").click();
    await button("Import 2 rows").waitFor();
    await lookAt(page, "import");
    assert.equal((await server.get("/contacts?q=ben")).items.length, 0);
    await button("Import 2 rows").click();
    await page.waitForURL(/\/jobs\/(?!import)/);
    await button("Undo this import").waitFor();
    await eventually(
      "Ben is there",
      async () => (await server.get("/contacts?q=ben")).items.length === 1,
    );
    await lookAt(page, "job-import");
    const imported = page.url();
    await button("Undo this import").click();
    await dialog().getByRole("button", { name: "Undo this import" }).click();
    await page.waitForURL((url) => String(url) !== imported);
    await page.getByText("Undo of an import").first().waitFor();
  });

  test("contacts are exported as a job whose file can be loaded", async () => {
    await open("/contacts");
    await button("Export").click();
    await button("Write the file").click();
    await page.waitForURL(/\/jobs\/[^/]+$/);
    const file = page.getByRole("link", { name: "Download the file" });
    const [download] = await Promise.all([page.waitForEvent("download"), file.click()]);
    assert.ok(download.suggestedFilename().length > 0);
    await open("/jobs");
    await lookAt(page, "jobs");
  });

  test("why a contact is not in a journey is said check by check", async () => {
    const [journey] = (await server.get("/journeys")).items;
    await open("/contacts/ana");
    await page.getByRole("link", { name: "Why…?" }).click();
    await settled(page);
    await page.getByRole("combobox").click();
    await page.getByRole("option", { name: journey.name }).click();
    const said = await server.get(`/contacts/ana/explain?journey=${journey.key}`);
    await page.getByText(said.summary).waitFor();
    const checks = page.getByRole("list", { name: "Checks in their order" }).locator("> li");
    assert.equal(await checks.count(), said.checks.length);
    await lookAt(page, "contact-why");
  });

  test("the browser has asked no other host, and no script has failed", () => {
    assert.deepEqual(left, []);
    assert.deepEqual(errors, []);
  });
});
