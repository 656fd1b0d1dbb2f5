// Opens every screen of the build against the mock, light, dark and at 390 px, and fails on any
// finding of axe, error in the console, request to another host, or sideways scrolling.
//   node tests/screens.test.mjs [--only contacts] [--shots folder] [--url http://...]
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { contacts } from "./mock-data.mjs";
import { startMock } from "./mock-server.mjs";

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
const option = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : undefined;
};
const only = option("only");
const shots = option("shots");
if (shots) mkdirSync(shots, { recursive: true });

const ann = contacts[0].id;
const anonymous = contacts[4].id;
const key =
  (...keys) =>
  async (page) => {
    for (const each of keys) await page.keyboard.press(each);
  };
const click = (name) => (page) => page.getByRole("button", { name, exact: true }).first().click();

const screens = [
  { name: "setup", world: "setup", path: "/" },
  { name: "setup-2", world: "setup", path: "/", act: fillWorkspace },
  { name: "setup-3", world: "setup", path: "/", act: fillAll },
  { name: "sign-in", world: "signedOut", path: "/contacts?q=ann" },
  { name: "home", path: "/" },
  { name: "home-empty", world: "empty", path: "/" },
  { name: "home-stopped", world: "virtual", path: "/", act: stopAll },
  { name: "palette", path: "/", act: key("Control+k") },
  { name: "shortcuts", path: "/", act: key("?") },
  { name: "contacts", path: "/contacts", act: key("j", "j") },
  { name: "contacts-no-match", path: "/contacts?q=zzzz" },
  { name: "contacts-empty", world: "empty", path: "/contacts" },
  { name: "contacts-error", world: "failing", path: "/contacts", refused: true },
  { name: "contact", path: `/contacts/${ann}` },
  { name: "contact-filter", path: `/contacts/${ann}?kinds=message,journey` },
  { name: "contact-anonymous", path: `/contacts/${anonymous}` },
  { name: "contact-merge", path: `/contacts/${ann}`, act: mergeOne },
  { name: "contact-erase", path: `/contacts/${ann}`, act: eraseOne },
  { name: "contact-attribute", path: `/contacts/${ann}`, act: click("Change plan") },
  { name: "contacts-filter", path: "/contacts", act: filterContacts },
  {
    name: "contacts-filtered",
    path: `/contacts?cols=email,a.plan&where=${encodeURIComponent('{"all":[{"attribute":"plan","is":"pro"},{"did":{"event":"Page Viewed","at_least":2,"within":"7d"}}]}')}`,
  },
  { name: "contacts-chosen", path: "/contacts", act: chooseContacts },
  { name: "contact-unknown", path: "/contacts/c_nobody", refused: true },
  { name: "events", path: "/data/events", act: click("Pause") },
  { name: "events-empty", world: "empty", path: "/data/events" },
  { name: "segments", path: "/segments" },
  { name: "segment", path: "/segments/hot-leads" },
  { name: "segment-nobody", path: "/segments/sleeping" },
  { name: "segment-new", path: "/segments/new", act: buildSegment },
  { name: "segment-edit", path: "/segments/hot-leads/edit", act: testSegment },
  { name: "segment-text", path: "/segments/hot-leads/edit", act: segmentAsText },
  { name: "lists", path: "/lists" },
  { name: "lists-empty", world: "empty", path: "/lists" },
  { name: "list-new", path: "/lists", act: click("New list") },
  { name: "list", path: "/lists/fair-2026" },
  { name: "list-unknown", path: "/lists/nobody", refused: true },
  { name: "scores", path: "/scores" },
  { name: "scores-empty", world: "empty", path: "/scores" },
  { name: "score", path: "/scores/lead" },
  { name: "score-viewer", world: "viewer", path: "/scores/lead" },
  { name: "contact-ledger", path: `/contacts/${ann}/consent` },
  {
    name: "contact-statement",
    path: `/contacts/${ann}/consent`,
    act: click("Write down what was said"),
  },
  { name: "consent", path: "/consent" },
  { name: "consent-topic", path: "/consent", act: click("New topic") },
  { name: "consent-empty", world: "empty", path: "/consent" },
  { name: "consent-error", world: "failing", path: "/consent", refused: true },
  { name: "consent-suppressions", path: "/consent/suppressions" },
  { name: "consent-suppress", path: "/consent/suppressions", act: click("Suppress addresses") },
  { name: "consent-lift", path: "/consent/suppressions", act: click("Lift a suppression") },
  { name: "consent-address", path: "/consent/suppressions?address=ann@shop.example" },
  { name: "consent-suppressions-empty", world: "empty", path: "/consent/suppressions" },
  { name: "consent-forms", path: "/consent/forms" },
  { name: "consent-forms-empty", world: "empty", path: "/consent/forms" },
  { name: "consent-form", path: "/consent/forms/newsletter" },
  { name: "consent-form-change", path: "/consent/forms/newsletter", act: click("Change") },
  { name: "consent-form-unknown", path: "/consent/forms/nobody" },
  { name: "contact-why", path: `/contacts/${ann}/why` },
  { name: "contact-why-not", path: `/contacts/${ann}/why?journey=welcome` },
  { name: "contacts-export", path: "/contacts", act: click("Export") },
  { name: "jobs", path: "/jobs" },
  { name: "jobs-empty", world: "empty", path: "/jobs" },
  { name: "jobs-error", world: "failing", path: "/jobs", refused: true },
  { name: "job-import", path: "/jobs/job_import" },
  { name: "job-running", path: "/jobs/job_importing" },
  { name: "job-undo", path: "/jobs/job_import", act: click("Undo this import") },
  { name: "job-export", path: "/jobs/job_export" },
  { name: "job-unknown", path: "/jobs/nothing", refused: true },
  { name: "import", path: "/jobs/import" },
  { name: "import-mapped", path: "/jobs/import", act: mapFile },
  { name: "import-tried", path: "/jobs/import", act: tryFile },
  { name: "companies", path: "/companies" },
  { name: "companies-score", path: "/companies?score=lead&measure=highest", act: key("j", "j") },
  { name: "companies-no-match", path: "/companies?q=zzzz" },
  { name: "companies-empty", world: "empty", path: "/companies" },
  { name: "companies-error", world: "failing", path: "/companies", refused: true },
  { name: "company", path: "/companies/company-1" },
  { name: "company-unknown", path: "/companies/nobody", refused: true },
  { name: "tests", path: "/tests" },
  { name: "tests-no-match", path: "/tests?state=declared" },
  { name: "tests-empty", world: "empty", path: "/tests" },
  { name: "tests-error", world: "failing", path: "/tests", refused: true },
  { name: "test-decided", path: "/tests/onboarding/subject" },
  { name: "test-collecting", path: "/tests/onboarding/hour" },
  { name: "test-counting", path: "/tests/onboarding/tone" },
  { name: "test-decide", path: "/tests/onboarding/hour", act: decide },
  { name: "test-back", path: "/tests/onboarding/subject", act: click("Split again") },
  { name: "test-unknown", path: "/tests/onboarding/nowhere", refused: true },
  { name: "library", path: "/library" },
  { name: "library-no-match", path: "/library?q=zzzz" },
  { name: "library-empty", world: "empty", path: "/library" },
  { name: "library-error", world: "failing", path: "/library", refused: true },
  { name: "asset", path: "/library/spring-hero" },
  { name: "asset-without-words", path: "/library/team" },
  { name: "asset-remove", path: "/library/logo", act: click("Remove") },
  { name: "asset-unknown", path: "/library/nobody", refused: true },
  { name: "webhooks", path: "/data/webhooks" },
  { name: "webhooks-empty", world: "empty", path: "/data/webhooks" },
  { name: "webhooks-error", world: "failing", path: "/data/webhooks", refused: true },
  { name: "webhooks-add", path: "/data/webhooks", act: click("Add a webhook") },
  { name: "webhook", path: `/data/webhooks/${"1".padStart(32, "0")}` },
  {
    name: "webhook-failing",
    path: `/data/webhooks/${"2".padStart(32, "0")}`,
    act: click("Failed"),
  },
  { name: "webhook-off", path: `/data/webhooks/${"3".padStart(32, "0")}` },
  {
    name: "webhook-look",
    path: `/data/webhooks/${"1".padStart(32, "0")}`,
    act: (page) => page.getByRole("button", { name: /^Look/ }).first().click(),
  },
  { name: "webhook-change", path: `/data/webhooks/${"1".padStart(32, "0")}`, act: click("Change") },
  {
    name: "webhook-rotate",
    path: `/data/webhooks/${"1".padStart(32, "0")}`,
    act: click("Replace"),
  },
  { name: "webhook-remove", path: `/data/webhooks/${"1".padStart(32, "0")}`, act: click("Remove") },
  { name: "webhook-unknown", path: "/data/webhooks/nothing", refused: true },
  { name: "domains", path: "/settings/domains" },
  { name: "domains-empty", world: "empty", path: "/settings/domains" },
  { name: "domains-error", world: "failing", path: "/settings/domains", refused: true },
  { name: "domains-add", path: "/settings/domains", act: addWrongDomain },
  { name: "domain-rotating", path: "/settings/domains/news.example.com" },
  { name: "domain-signing", path: "/settings/domains/shop.example.com" },
  { name: "domain-waiting", path: "/settings/domains/start.example.com" },
  {
    name: "domain-activate",
    path: "/settings/domains/start.example.com",
    act: click("Let the keys sign"),
  },
  {
    name: "domain-check",
    path: "/settings/domains/start.example.com",
    act: click("Look at DNS now"),
  },
  { name: "domain-remove", path: "/settings/domains/shop.example.com", act: click("Remove") },
  { name: "domain-unknown", path: "/settings/domains/nobody.example", refused: true },
  { name: "team", path: "/settings/team" },
  { name: "team-viewer", world: "viewer", path: "/settings/team" },
  { name: "team-error", world: "failing", path: "/settings/team", refused: true },
  {
    name: "team-role",
    path: "/settings/team",
    act: click("Change role: ben@shop.example.com"),
  },
  { name: "team-remove", path: "/settings/team", act: click("Remove ben@shop.example.com") },
  { name: "team-invite", path: "/settings/team", act: click("Invite") },
  { name: "team-invited", path: "/settings/team", act: inviteSomebody },
  { name: "audit", path: "/settings/audit" },
  { name: "audit-filter", path: "/settings/audit?action=user&actor=mia@shop.example.com" },
  { name: "audit-no-match", path: "/settings/audit?object=zzzz" },
  { name: "audit-empty", world: "empty", path: "/settings/audit" },
  { name: "audit-error", world: "failing", path: "/settings/audit", refused: true },
  { name: "join", world: "signedOut", path: "/join#token" },
  { name: "join-ended", world: "signedOut", path: "/join#used", refused: true },
  { name: "account", path: "/settings/account" },
  { name: "account-turn-on", path: "/settings/account", act: scanCode },
  { name: "account-recovery", path: "/settings/account", act: enterCode },
  { name: "sign-in-second", world: "signedOut", path: "/", act: signInTwice },
  { name: "account-wrong", path: "/settings/account", act: changePassword },
  { name: "backtest", path: "/journeys/pricing-page/backtest" },
  { name: "backtest-running", path: "/journeys/pricing-page/backtest?job=job_run" },
  { name: "backtest-done", path: "/journeys/pricing-page/backtest?job=job_done" },
  { name: "backtest-cancelled", path: "/journeys/pricing-page/backtest?job=job_gone" },
  { name: "backtest-failed", path: "/journeys/pricing-page/backtest?job=job_bad" },
  { name: "definitions", path: "/data/definitions" },
  { name: "definitions-aside", path: "/data/definitions?show=set_aside" },
  { name: "definitions-no-match", path: "/data/definitions?q=zzzz" },
  { name: "definitions-empty", world: "empty", path: "/data/definitions" },
  { name: "definitions-error", world: "failing", path: "/data/definitions", refused: true },
  { name: "definition", path: "/data/definitions/segment/customers" },
  { name: "definition-aside", path: "/data/definitions/score/lead" },
  { name: "definition-mended", path: "/data/definitions/score/lead", act: mend },
  { name: "definition-unknown", path: "/data/definitions/score/nobody", refused: true },
  { name: "journeys", path: "/journeys" },
  { name: "journey", path: "/journeys/pricing-page" },
  { name: "journey-outline", path: "/journeys/pricing-page?view=outline" },
  { name: "journey-contacts", path: "/journeys/pricing-page/contacts?step=wait-click&state=here" },
  { name: "journeys-empty", world: "empty", path: "/journeys" },
  { name: "campaigns", path: "/campaigns" },
  { name: "campaigns-no-match", path: "/campaigns?q=zzzz" },
  { name: "campaigns-empty", world: "empty", path: "/campaigns" },
  { name: "campaigns-error", world: "failing", path: "/campaigns", refused: true },
  { name: "campaigns-new", path: "/campaigns", act: click("New campaign") },
  { name: "campaign-draft", path: "/campaigns/spring" },
  { name: "campaign-test", path: "/campaigns/test" },
  { name: "campaign-refused", path: "/campaigns/spring", act: emptyAudience },
  { name: "campaign-send", path: "/campaigns/spring", act: click("Send to 40,084 people") },
  { name: "campaign-holding", path: "/campaigns/soon" },
  { name: "campaign-sending", path: "/campaigns/sale" },
  { name: "campaign-paused", path: "/campaigns/notice" },
  { name: "campaign-stop", path: "/campaigns/sale", act: click("Stop") },
  { name: "campaign-finished", path: "/campaigns/autumn" },
  { name: "campaign-recipients", path: "/campaigns/autumn/recipients?status=sent&arm=b" },
  { name: "campaign-unknown", path: "/campaigns/nobody", refused: true },
  { name: "templates", path: "/templates" },
  { name: "templates-no-match", path: "/templates?q=zzzz" },
  { name: "templates-empty", world: "empty", path: "/templates" },
  { name: "templates-error", world: "failing", path: "/templates", refused: true },
  { name: "templates-new", path: "/templates", act: click("New template") },
  { name: "template", path: "/templates/spring" },
  { name: "template-text", path: "/templates/spring", act: writeText },
  { name: "template-button", path: "/templates/spring", act: block("Button: Look at them") },
  { name: "template-row", path: "/templates/spring", act: block("Row") },
  { name: "template-code", path: "/templates/spring", act: showCode },
  { name: "template-refused", path: "/templates/spring", act: publishWrong },
  { name: "template-html", path: "/templates/receipt" },
  { name: "template-unknown", path: "/templates/nobody", refused: true },
  { name: "messages", path: "/messages" },
  { name: "messages-step", path: "/messages?journey=pricing-page&step=follow-up&status=skipped" },
  { name: "messages-empty", world: "empty", path: "/messages" },
  { name: "mailbox", path: "/mailbox" },
  { name: "mail", path: "/mailbox?id=mail_0" },
  { name: "mail-text", path: "/mailbox?id=mail_0&view=text" },
  { name: "mail-headers", path: "/mailbox?id=mail_0&view=headers" },
  { name: "mailbox-empty", world: "empty", path: "/mailbox" },
  { name: "settings", path: "/settings" },
  { name: "settings-viewer", world: "viewer", path: "/settings" },
  { name: "settings-stop", path: "/settings", act: click("Stop all sending") },
  { name: "not-found", path: "/nowhere" },
];

function block(name) {
  return async (page) => {
    await page.getByRole("group", { name, exact: true }).first().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Duplicate" }).first().waitFor();
  };
}
async function writeText(page) {
  await block("Text: The new cups are here. They pour without a drop.")(page);
  await page.getByRole("textbox", { name: "Words" }).click();
  await page.keyboard.type(" So they say. ");
  await page.getByRole("button", { name: "Variable" }).click();
  await page.getByLabel("Variable").last().fill("contact.city");
  await page.getByLabel("If it is empty").fill("your town");
}
async function showCode(page) {
  await page.locator("label").filter({ hasText: "Code" }).click();
  await page.getByLabel("The whole definition").waitFor();
}
async function publishWrong(page) {
  await block("Button: Look at them")(page);
  await page.getByLabel("Address of the link").fill("");
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByText("is required").first().waitFor();
}
async function emptyAudience(page) {
  await page.getByRole("combobox", { name: "Whoever is in any of these" }).focus();
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Escape");
  await page.getByText("is required").first().waitFor();
}
async function mapFile(page) {
  await page.locator("input[type=file]").setInputFiles({
    name: "people.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("E-Mail,Name\nann@nordlicht.example,Ann\n"),
  });
  await page.getByText("What the columns are").first().waitFor();
}
async function tryFile(page) {
  await mapFile(page);
  await page.locator("label").filter({ hasText: "Yes, they have agreed" }).click();
  await page.getByLabel("How and when they agreed").fill("Sign-up sheets of the fair");
  await page.getByRole("button", { name: "Dry run" }).click();
  await page.getByRole("button", { name: "Import 2 rows" }).waitFor();
}
async function decide(page) {
  await page.getByRole("button", { name: "Decide" }).click();
  await page.getByRole("menuitem").first().click();
  await page.getByRole("dialog").waitFor();
}
async function addWrongDomain(page) {
  await page.getByRole("button", { name: "Add a domain" }).first().click();
  await page.getByRole("dialog").getByRole("textbox").fill("not a domain");
  await page.getByRole("button", { name: "Make its keys" }).click();
  await page.getByText("invalid domain").waitFor();
}
async function inviteSomebody(page) {
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("zoe@shop.example.com");
  await page.getByRole("radio", { name: "Viewer" }).check();
  await page.getByRole("button", { name: "Make the invitation" }).click();
  await page.getByText("Give this link to").waitFor();
}
async function changePassword(page) {
  await page.getByRole("textbox", { name: "Present password" }).fill("wrong");
  await page.getByRole("textbox", { name: "New password" }).fill("correct horse battery");
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByText("This is not your present password").waitFor();
}
async function scanCode(page) {
  await page.getByRole("button", { name: "Turn it on" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("correct horse battery");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("img", { name: "QR code for the app" }).waitFor();
}
async function enterCode(page) {
  await scanCode(page);
  await page.getByRole("dialog").getByRole("textbox", { name: "Code of the app" }).fill("123456");
  await page.getByRole("dialog").getByRole("button", { name: "Turn it on" }).click();
  await page.getByText("Keep these recovery codes").waitFor();
}
async function signInTwice(page) {
  await page.locator("input[type=email]").fill("mia@shop.example.com");
  await page.locator("input[type=password]").fill("second");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Code").waitFor();
}
async function mend(page) {
  const text = page.getByRole("textbox", { name: "Text of the definition" });
  await text.fill((await text.inputValue()).replace("cap: 0", "cap: 50"));
  await page.getByText("In order. Publishing changes:").waitFor();
}
async function eraseOne(page) {
  await page.getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name: "Erase" }).click();
  await page.getByText("This cannot be undone").waitFor();
}
async function mergeOne(page) {
  await page.getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name: "Merge with another" }).click();
  await page.getByRole("combobox", { name: "The other contact" }).waitFor();
}
async function filterContacts(page) {
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("button", { name: "Add a condition" }).click();
  await page.getByRole("menuitem", { name: "Did something" }).click();
}
async function chooseContacts(page) {
  await page.getByRole("checkbox", { name: "Choose all that are shown" }).check();
  await page.getByRole("button", { name: "Actions" }).waitFor();
}
async function buildSegment(page) {
  await page.getByLabel("Name").fill("Everybody who looks at prices");
  for (const kind of [
    "Attribute",
    "Did something",
    "One thing after another",
    "Score",
    "Consent",
  ]) {
    await page.getByRole("button", { name: "Add a condition" }).click();
    await page.getByRole("menuitem", { name: kind, exact: true }).click();
  }
  await page.getByRole("button", { name: "Add a condition" }).click();
  await page.getByRole("menuitem", { name: "Group of conditions" }).click();
  await page.getByText("Something is still to be filled in here.").first().waitFor();
}
async function testSegment(page) {
  await page.getByRole("combobox", { name: "Contact" }).click();
  await page.locator("[role=option]").first().click();
  await page.getByText("Would be in the segment").waitFor();
}
async function segmentAsText(page) {
  await page
    .locator("label")
    .filter({ hasText: /^Text$/ })
    .click();
  await page.getByRole("textbox", { name: "Condition as text" }).fill("plan =~ 3");
  await page.getByText("expected an operator").waitFor();
}
async function fillWorkspace(page) {
  await page.getByLabel("Workspace name").fill("Shop GmbH");
  await page.getByRole("button", { name: "Next: your account" }).click();
  await page.getByLabel("Email").waitFor();
}
async function fillAll(page) {
  await fillWorkspace(page);
  await page.getByLabel("Email").fill("mia@shop.example.com");
  await page.locator("input[type=password]").fill("correct horse battery");
  await page.getByRole("button", { name: "Create the workspace" }).click();
  await page.getByText("is ready").waitFor();
}
async function stopAll(page, mock) {
  mock.world.stopped = true;
  mock.world.reason = "Wrong prices in the case study";
  await page.reload();
  await page.getByText("All sending is stopped").first().waitFor();
}

const looks = [
  { look: "light", colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { look: "dark", colorScheme: "dark", viewport: { width: 1440, height: 900 } },
  { look: "phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
];

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

let failures = 0;
let checked = 0;
const fail = (name, text) => {
  failures += 1;
  console.log(`FAIL ${name}: ${text}`);
};

async function openWorld(world) {
  const mock = await startMock({
    setup: world === "setup",
    empty: world === "empty",
    virtual: world === "virtual",
    failing: world === "failing",
  });
  if (world === "signedOut") mock.world.signedIn = false;
  if (world === "viewer") mock.world.role = "viewer";
  return mock;
}

// A text that is missing is shown as its key.
const areas = readdirSync(new URL("../src/app/locales/en/", import.meta.url)).flatMap((file) =>
  Object.keys(
    JSON.parse(readFileSync(new URL(`../src/app/locales/en/${file}`, import.meta.url), "utf8")),
  ),
);
const keyPattern = new RegExp(`(^|\\s)(${areas.join("|")})\\.[a-zA-Z_]+(\\.|\\s|$)`, "m");
const language = option("language") ?? "en";

const onlyLook = option("look");
for (const { look, ...context } of looks) {
  if (onlyLook && look !== onlyLook) continue;
  for (const screen of screens) {
    if (only && !only.split(",").some((each) => screen.name.startsWith(each))) continue;
    const name = `${screen.name} ${look}`;
    const mock = await openWorld(screen.world);
    const tab = await browser.newContext({ ...context, reducedMotion: "reduce", locale: "en-GB" });
    // The frame of a mail has no storage.
    await tab.addInitScript(
      `if (window === top) localStorage.setItem("sojourn-language", "${language}")`,
    );
    const page = await tab.newPage();
    page.on("console", (message) => {
      const refused = /status of (401|403|404|409|410|422|503)/.test(message.text());
      if (message.type() === "error" && !refused) fail(name, message.text());
    });
    page.on("pageerror", (error) => fail(name, String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith(mock.url)) fail(name, `asks ${request.url()}`);
    });
    try {
      await page.goto(mock.url + screen.path);
      await page.locator("h1, [role=alert], [role=status]").first().waitFor();
      // Failed reads are tried again before they are shown.
      await page.waitForTimeout(screen.world === "failing" ? 4500 : 500);
      await screen.act?.(page, mock);
      await page.waitForTimeout(350);
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (sideways > 0) fail(name, `scrolls sideways by ${sideways} px`);
      const leak = keyPattern.exec(await page.locator("body").innerText());
      if (leak) fail(name, `shows the key ${leak[0].trim()}`);
      await page.evaluate(axeSource);
      const { violations } = await page.evaluate(() =>
        window.axe.run(document, {
          iframes: false,
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        }),
      );
      for (const violation of violations) {
        for (const node of violation.nodes.slice(0, 3)) {
          fail(name, `${violation.id}: ${node.html.slice(0, 140)} ${node.any[0]?.message ?? ""}`);
        }
      }
      if (shots) await page.screenshot({ path: `${shots}/${screen.name}-${look}.png` });
      checked += 1;
    } catch (error) {
      fail(name, String(error).split("\n")[0]);
    }
    await tab.close();
    mock.close();
  }
}
await browser.close();
console.log(`${checked} screens checked, ${failures} findings`);
process.exit(failures > 0 ? 1 : 0);
