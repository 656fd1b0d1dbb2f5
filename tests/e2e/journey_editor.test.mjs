// The editor of journeys, in Chromium on a real server: built from nothing on the canvas, by mouse and by
// keyboard, as a list and as text; tried, started, changed while people are inside, and rolled back.
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
  for (const name of ["ana", "ben"]) {
    const traits = { email: `${name}@visitor.example`, firstName: name, reader: true };
    await server.ingest("identify", { userId: name, traits });
  }
  await server.advance("1s");
  browser = await openBrowser();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
  context.setDefaultTimeout(30_000);
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
const canvas = () => page.getByRole("region", { name: /^Canvas of the journey/ });
const node = (id) => page.locator(`[data-node="${id}"]`);
const inspector = () => page.locator("[data-inspector]");
const field = (name) => inspector().getByRole("textbox", { name, exact: true });
const journey = (key) => server.get(`/journeys/${key}`);
const textOf = async (key) => (await server.get(`/definitions/journey/${key}`)).text;
const draftOf = (key) =>
  page.evaluate(
    (name) => JSON.parse(localStorage.getItem(name))?.text ?? "",
    `sojourn-draft/journey/${key}`,
  );
const stepsOn = () =>
  page.locator("[data-node]").evaluateAll((all) => all.map((each) => each.dataset.node));
const pick = (name) => page.locator("label").filter({ hasText: name }).click();

async function choose(label, option) {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option }).click();
}

/** A step of this kind, by the button on a line and the dialog that it opens. */
async function addAt(place, kind) {
  await canvas().getByRole("button", { name: "Add a step here" }).nth(place).click();
  await dialog()
    .getByRole("button", { name: new RegExp(`^${kind}`) })
    .click();
  await dialog().waitFor({ state: "detached" });
}

test("the gallery offers recipes, and a journey of nothing", async () => {
  await open("/journeys");
  await lookAt(page, "journeys-empty");
  await page.getByRole("link", { name: "New journey" }).click();
  await page.getByRole("heading", { name: "Welcome series" }).waitFor();
  await lookAt(page, "journey-gallery");
  await page.getByLabel("Name of the journey").fill("Überraschung");
  await button("Begin").click();
  await page.waitForURL(/\/journeys\/uberraschung\/edit$/);
  await settled(page);
  await assert.rejects(journey("uberraschung"), { status: 404 });
});

test("what is not filled in is a problem that leads to its place", async () => {
  await page
    .getByText(/^\d problem/)
    .first()
    .waitFor();
  await field("Event").fill("Signed Up");
  await page.setViewportSize({ width: 1440, height: 900 });
  await addAt(0, "Send a message");
  assert.deepEqual(await stepsOn(), ["(trigger)", "mail"]);
  const problems = page.getByRole("region", { name: "Problems" });
  await eventually("a problem of the step", async () =>
    /template/.test(await problems.innerText()),
  );
  await node("(trigger)").click();
  await problems.getByRole("button").first().click();
  await inspector().getByRole("combobox", { name: "Template" }).waitFor();
  await lookAt(page, "journey-problems");
  await page.setViewportSize({ width: 1440, height: 900 });
  await choose("Template", /news/);
  await page.getByText("In order").waitFor();
});

test("steps are added on lines and from the palette, moved, doubled and taken out", async () => {
  await addAt(1, "Wait So long");
  assert.deepEqual((await stepsOn()).slice(1), ["mail", "wait"]);
  await page
    .getByRole("group", { name: "Steps to add" })
    .getByRole("button", { name: "Branch" })
    .click();
  assert.deepEqual((await stepsOn()).slice(1), ["mail", "wait", "branch"]);
  await field("Condition").fill("reader is true");
  // The first line of the branch is its path.
  await node("wait").click();
  await page.getByRole("button", { name: "What to do with Wait", exact: true }).click();
  await page.getByRole("menuitem", { name: "Move to…" }).click();
  await dialog().getByRole("button", { name: "First of “A” in Branch" }).click();
  assert.match(
    await draftOf("uberraschung"),
    /name: A\n\s+when: reader is true\n\s+steps:\n\s+- id: wait/,
  );
  await page.getByRole("button", { name: "What to do with Wait", exact: true }).click();
  await page.getByRole("menuitem", { name: "Duplicate" }).click();
  await node("wait-2").waitFor();
  await lookAt(page, "journey-canvas");
  await page.setViewportSize({ width: 1440, height: 900 });
});

test("a step is dragged onto a line", async () => {
  await node("wait").focus();
  await page.keyboard.press("f");
  const first = canvas().getByRole("button", { name: "Add a step here" }).first();
  await node("wait-2").dragTo(first);
  await eventually("it stands first", async () =>
    /steps:\n\s+- id: wait-2/.test(await draftOf("uberraschung")),
  );
});

test("the canvas is worked by keyboard alone, and everything is undone and done again", async () => {
  const before = await draftOf("uberraschung");
  await node("(trigger)").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.node), "mail");
  await page.keyboard.press("Control+d");
  await node("mail-2").waitFor();
  await node("mail-2").focus();
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Delete");
  await node("mail-2").waitFor({ state: "detached" });
  await node("mail").focus();
  await page.keyboard.press("Control+v");
  await node("mail-2").waitFor();
  await node("mail-2").focus();
  await page.keyboard.press("a");
  await dialog()
    .getByRole("button", { name: /^End here/ })
    .click();
  await node("exit").waitFor();
  for (let times = 0; times < 4; ++times) await button("Undo").click();
  assert.equal(await draftOf("uberraschung"), before);
  await button("Redo").click();
  await node("mail-2").waitFor();
  await page.reload();
  await settled(page);
  await node("mail-2").waitFor();
  await button("Undo").click();
  await node("mail-2").waitFor({ state: "detached" });
  assert.equal(await draftOf("uberraschung"), before);
});

test("the outline does the same as a list", async () => {
  await pick(/^Outline$/);
  const outline = page.getByRole("region", { name: "Steps as a list" });
  await outline.getByRole("button", { name: /^Branch/ }).waitFor();
  await lookAt(page, "journey-outline");
  await page.setViewportSize({ width: 1440, height: 900 });
  await outline.getByRole("button", { name: "Add a step here" }).last().click();
  await dialog()
    .getByRole("button", { name: /^Call a webhook/ })
    .click();
  await field("Address").fill(`${server.url}/healthz`);
  await outline.getByRole("button", { name: /^Call a webhook/ }).waitFor();
});

test("as text everything can be said, and what no form knows stays", async () => {
  await pick(/^Text$/);
  const area = page.getByRole("textbox", { name: "Text of the definition" });
  const text = await area.inputValue();
  await area.fill(
    `# Why this journey is.\n${text.replace("kind: journey", "kind: journey # yes")}`,
  );
  await lookAt(page, "journey-text");
  await page.setViewportSize({ width: 1440, height: 900 });
  await area.fill("steps: [");
  await page.getByText("The text holds no journey as it is now").waitFor();
  await area.fill(`# Why this journey is.\n${text}`);
  await pick(/^Canvas$/);
  await node("(trigger)").click();
  await field("Name of the journey").fill("Surprise");
  const written = await draftOf("uberraschung");
  assert.match(written, /^# Why this journey is\.\n/);
  assert.match(written, /name: Surprise/);
});

test("the draft is tried with a contact: its path, its times and its mails", async () => {
  await button("Test with a contact").click();
  await page.getByRole("combobox", { name: "Contact" }).click();
  await page.keyboard.type("ana");
  await page.getByRole("option", { name: /ana@visitor/ }).click();
  await button("Try it").click();
  const way = page.getByRole("region", { name: "The way of the contact" });
  await way.getByText("Enters").waitFor();
  await way.getByText("Ends: completed").waitFor();
  assert.equal((await page.locator('[data-path="true"]').count()) >= 5, true);
  await lookAt(page, "journey-simulation");
  await page.setViewportSize({ width: 1440, height: 900 });
  await way.getByRole("listitem").filter({ hasText: "sent" }).getByRole("button").last().click();
  await dialog().frameLocator("iframe").getByText("Hello ana").waitFor();
  await page.keyboard.press("Escape");
  assert.equal((await server.get("/mailbox")).items.length, 0);
  await button("Test with a contact").click();
});

test("it is started after a look at what that means", async () => {
  await button("Start…").click();
  await dialog().getByText("From now on whoever meets").waitFor();
  await dialog().getByRole("button", { name: "Start the journey" }).click();
  await page.waitForURL(/\/journeys\/uberraschung$/);
  await settled(page);
  assert.equal((await journey("uberraschung")).state, "running");
  assert.match(await textOf("uberraschung"), /^# Why this journey is\.\n/);
});

test("a contact is added by hand and gets its first mail", async () => {
  await button("More").click();
  await page.getByRole("menuitem", { name: "Add a contact…" }).click();
  await dialog().getByLabel("Email address").fill("new@visitor.example");
  await lookAt(page, "journey-enter");
  await page.setViewportSize({ width: 1440, height: 900 });
  await dialog().getByRole("button", { name: "Add", exact: true }).click();
  await dialog().waitFor({ state: "detached" });
  await eventually("inside", async () => (await journey("uberraschung")).counts.active === 1);
  assert.equal((await server.contact("new@visitor.example")).email, "new@visitor.example");
});

test("a wait with people inside is taken out: they are put on, and it is rolled back", async () => {
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await page.waitForURL(/\/edit$/);
  await settled(page);
  await node("wait-2").getByText("1 here now").waitFor();
  await node("wait-2").focus();
  await page.keyboard.press("Delete");
  await button("Publish…").click();
  await dialog()
    .getByText(/wait-2/)
    .first()
    .waitFor();
  await dialog().getByLabel("They go on in the new version").check();
  await dialog()
    .getByRole("combobox", { name: /waits at “wait-2”/ })
    .click();
  await page.getByRole("option", { name: /\(mail\)/ }).click();
  await dialog().getByText("1 go on in the new version, 0 stay on theirs, 0 leave.").waitFor();
  await lookAt(page, "journey-publish");
  await page.setViewportSize({ width: 1440, height: 900 });
  await dialog().getByRole("button", { name: "Publish", exact: true }).click();
  await page.waitForURL(/\/journeys\/uberraschung$/);
  await settled(page);
  await server.advance("1s");
  await eventually("the mail of the new version", async () =>
    (await server.get("/messages")).items.some(
      ({ step }) => step === "mail" || step?.id === "mail",
    ),
  );
  await button("More").click();
  await page.getByRole("menuitem", { name: "Versions" }).click();
  await page.waitForURL(/\/versions$/);
  await settled(page);
  await lookAt(page, "journey-versions");
  await page.setViewportSize({ width: 1440, height: 900 });
  await button("Roll back: to version 1").click();
  await dialog().getByRole("button", { name: "Roll back" }).click();
  await eventually("the old text", async () => /wait-2/.test(await textOf("uberraschung")));
  await button("Put into the draft: version 2").click();
  await page.waitForURL(/\/edit$/);
  await settled(page);
  assert.deepEqual((await stepsOn()).includes("wait-2"), false);
});

test("two people change it at once: both texts are shown, and none is lost", async () => {
  await server.api("PUT", "/definitions/journey/uberraschung", {
    text: (await textOf("uberraschung")).replace("name: Surprise", "name: Theirs"),
    yes: true,
  });
  await page.reload();
  await page.getByText("Somebody else has changed this meanwhile").waitFor();
  await button("Go on with theirs").click();
  await page.getByRole("heading", { name: "Theirs" }).waitFor();
  await button("Take mine back").click();
  await page.getByRole("heading", { name: "Surprise" }).waitFor();
});

test("it is paused, resumed and archived", async () => {
  await open("/journeys/uberraschung");
  await button("More").click();
  await page.getByRole("menuitem", { name: "Pause…" }).click();
  await dialog()
    .getByRole("button", { name: /^Pause, with/ })
    .click();
  await eventually("paused", async () => (await journey("uberraschung")).state === "paused");
  await page.getByText("Paused").first().waitFor();
  await button("More").click();
  await page.getByRole("menuitem", { name: "Resume" }).click();
  await lookAt(page, "journey-resume");
  await page.setViewportSize({ width: 1440, height: 900 });
  await dialog().getByRole("button", { name: "Resume" }).click();
  await eventually("running", async () => (await journey("uberraschung")).state === "running");
  await page.getByText("Running").first().waitFor();
  await button("More").click();
  await page.getByRole("menuitem", { name: "Archive…" }).click();
  await dialog()
    .getByLabel("They leave now")
    .check()
    .catch(() => undefined);
  await dialog().getByRole("button", { name: "Archive" }).click();
  await page.waitForURL(`${server.url}/journeys`);
  await assert.rejects(journey("uberraschung"), { status: 404 });
});

test("the browser has asked no other host, and no script has failed", () => {
  assert.deepEqual(left, []);
  assert.deepEqual(errors, []);
});
