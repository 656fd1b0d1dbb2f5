// The pages of sender domains, companies, A/B tests, backtests and definitions, in Chromium on a real
// server: what they show is what the API says, what they change is changed, by mouse and by keyboard.
// Every screen is looked at in light and dark, and on a phone.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";
import { sender } from "./support/inboxes.mjs";
import { inspect, lookAt, settled } from "./support/screens.mjs";
import { keys, Server } from "./support/server.mjs";
import { definitionFiles } from "./support/workspaces.mjs";

let server;
let browser;
let context;
let page;
let left;
const errors = [];

before(async () => {
  server = await Server.start({ env: sender, signs: false });
  browser = await openBrowser();
  context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
    permissions: ["clipboard-read", "clipboard-write"],
  });
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
const said = (text) => page.getByText(text).first().waitFor();

async function ingest(call, body) {
  const answer = await server.ingest(call, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

describe("sender domains", () => {
  const domain = "news.shop.example";
  const show = () => server.get(`/sender-domains/${domain}`);

  test("none: the page says what that means and how to begin", async () => {
    await open("/settings/domains");
    await said("Mails leave unsigned");
    await lookAt(page, "domains-empty");
  });

  test("a word that is no domain is refused where it was typed", async () => {
    await button("Add a domain").click();
    const field = dialog().getByLabel("Domain");
    assert.ok(await field.evaluate((each) => each === document.activeElement), "it has the focus");
    await page.keyboard.type("nonsense");
    await page.keyboard.press("Enter");
    await field.and(page.locator('[aria-invalid="true"]')).waitFor();
    await inspect(page, "domains-add-refused");
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    assert.deepEqual((await server.get("/sender-domains")).items, []);
  });

  test("an added one shows the records that the API says, to be copied", async () => {
    await button("Add a domain").click();
    await dialog().waitFor();
    await page.keyboard.type(domain);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${server.url}/settings/domains/${domain}`);
    const { records, advice } = await show();
    assert.equal(records.length, 2);
    for (const { name, value } of [...records, ...advice]) {
      await page.locator("pre", { hasText: name }).first().waitFor();
      assert.ok((await page.locator("pre").allInnerTexts()).includes(value), value);
    }
    await button("Copy Value").first().click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(
      records.some(({ value }) => value === copied),
      copied,
    );
    await lookAt(page, "domain-waiting");
  });

  test("its keys sign once they are let, after a question that tells what to look up", async () => {
    await button("Let the keys sign").click();
    const [record] = (await show()).records;
    await dialog().getByText(`dig +short TXT ${record.name}`).waitFor();
    await inspect(page, "domain-activate");
    await dialog().getByRole("button", { name: "Cancel" }).click();
    await dialog().waitFor({ state: "detached" });
    assert.equal((await show()).state, "waiting");
    await button("Let the keys sign").click();
    await dialog().getByRole("button", { name: "Let the keys sign" }).click();
    await eventually("they sign", async () => (await show()).state === "signing");
    await page.getByRole("heading", { name: "Mails leave signed" }).waitFor();
    await lookAt(page, "domain-signing");
  });

  test("the next keys wait beside the present ones", async () => {
    await button("Make the next keys").click();
    await page.getByRole("heading", { name: "To do: change to the next keys" }).waitFor();
    const { state, keys: all } = await show();
    assert.equal(state, "rotating");
    assert.equal(all.length, 4);
    await lookAt(page, "domain-rotating");
    await open("/settings/domains");
    await page.getByRole("link", { name: new RegExp(domain) }).waitFor();
    await lookAt(page, "domains");
    await open("/settings");
    await page.getByRole("link", { name: domain }).waitFor();
  });

  test("a removed one is gone", async () => {
    await open(`/settings/domains/${domain}`);
    await button("Remove").click();
    await dialog().getByRole("button", { name: "Remove the domain" }).click();
    await page.waitForURL(`${server.url}/settings/domains`);
    await said("Mails leave unsigned");
    assert.deepEqual((await server.get("/sender-domains")).items, []);
    await open(`/settings/domains/${domain}`);
    await page.getByRole("alert").first().waitFor();
  });
});

describe("companies", () => {
  test("none: the page says how they come", async () => {
    await open("/companies");
    await said("No companies yet");
    await lookAt(page, "companies-empty");
  });

  test("are listed as the API sorts them, are found by their beginning, and open by keyboard", async () => {
    await server.api("POST", "/definitions/apply", {
      files: await definitionFiles("examples/pricing-page"),
      yes: true,
    });
    for (const [userId, groupId, name] of [
      ["ana", "nord", "Nordlicht"],
      ["ben", "nord", "Nordlicht"],
      ["cleo", "acme", "Acme"],
    ]) {
      await ingest("group", { userId, groupId, traits: { name, industry: "retail" } });
    }
    await ingest("page", { userId: "cleo", name: "Pricing", properties: { path: "/pricing" } });
    await eventually("both companies are counted", async () => {
      const { items } = await server.get("/companies");
      return items.length === 2 && items.every((company) => company.name);
    });
    await open("/companies");
    const rows = page.locator("[data-index]");
    await rows.first().waitFor();
    assert.match(await rows.nth(0).innerText(), /Nordlicht\s+2\b/);
    assert.match(await rows.nth(1).innerText(), /Acme\s+1\b/);
    await lookAt(page, "companies");

    await page.keyboard.press("/");
    await page.locator("main input[type=search]:focus").waitFor();
    await page.keyboard.type("ac");
    await page.waitForURL(/q=ac/);
    await eventually("one is left", async () => (await rows.count()) === 1);
    await page.locator("main input[type=search]").fill("nobody");
    await said("No company fits");
    await lookAt(page, "companies-no-match");
    await button("Clear search").last().click();
    await eventually("both are back", async () => (await rows.count()) === 2);

    await page.locator("h1").click();
    await page.keyboard.press("j");
    await page.locator('[data-index="0"]:focus').waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/companies\/nord$/);
  });

  test("one shows what is known of it and who belongs to it", async () => {
    await settled(page);
    await page.getByRole("heading", { name: "Nordlicht" }).waitFor();
    await said("retail");
    const people = page.getByRole("table", { name: "Contacts of the company" });
    await eventually("its two contacts", async () => {
      const text = await people.innerText();
      return text.includes("ana") && text.includes("ben") && !text.includes("cleo");
    });
    await lookAt(page, "company");
    await open("/companies/nowhere");
    await page.getByRole("alert").first().waitFor();
  });
});

describe("opens and clicks of programs", () => {
  test("stand on the timeline with their reason, and count for nobody", async () => {
    const traits = { email: "ana@visitor.example", firstName: "Ana", industry: "retail" };
    for (let time = 0; time < 2; ++time) {
      await ingest("page", {
        userId: "ana",
        name: "Pricing",
        properties: { path: "/pricing" },
        context: { traits },
      });
    }
    const mail = await eventually("Ana has a mail", async () => {
      const { items } = await server.get("/mailbox");
      return items.find(({ to }) => to.includes(traits.email));
    });
    const { html } = await server.get(`/mailbox/${mail.id}`);
    const [link] = html.match(new RegExp(`${server.url}/c/[^"]+`));
    await fetch(link, { redirect: "manual", headers: { "User-Agent": "Examplebot/1.0" } });
    await eventually("the click is stored", async () => {
      const { items } = await server.get("/events?name=Link%20Clicked");
      return items.some(({ properties }) => properties.machine === true);
    });
    await open("/contacts/ana");
    await said("by a program");
    await said("Not counted as the person’s: it says that it is a robot.");
    assert.equal(await page.getByText("by a program: scanner_agent").count(), 0);
    await lookAt(page, "contact-programs");
    const messages = await server.list("/messages?contact=ana");
    const message = messages.find(({ template }) => template === "case-study");
    assert.equal(message.clickedAt, null);
    await open("/messages");
    await said("Opens and clicks are people’s");
    await inspect(page, "messages-people");
  });
});

describe("a backtest", () => {
  test("is asked for on the journey's page, and its figures are those of the API", async () => {
    await server.advance("3d");
    await open("/journeys/hot-lead");
    await page.getByRole("link", { name: "Backtest" }).click();
    await page.waitForURL(/\/journeys\/hot-lead\/backtest$/);
    await settled(page);
    await lookAt(page, "backtest");
    await page.getByRole("combobox", { name: "Opens and clicks" }).click();
    await page.getByRole("option", { name: "At rates of your own" }).click();
    await page.getByLabel("Opened").fill("everybody");
    await said("A number from 0 to 100");
    assert.ok(await button("Run the backtest").isDisabled());
    await page.getByLabel("Opened").fill("100");
    await page.getByLabel("Clicked").fill("50");
    await button("Run the backtest").click();
    await page.getByRole("heading", { name: "What would have happened" }).waitFor();
    const id = new URL(page.url()).searchParams.get("job");
    const { result } = await server.get(`/jobs/${id}`);
    assert.equal(result.entered, 1);
    await said(result.summary);
    assert.match(result.assumptions[0], /100\.0 % of the mails are opened and 50\.0 % clicked/);
    await page.getByText(result.assumptions[0], { exact: false }).first().waitFor();
    const rows = page.getByRole("table").first().getByRole("row");
    assert.equal(await rows.count(), result.steps.length + 1);
    await lookAt(page, "backtest-report");
    await page.reload();
    await page.getByRole("heading", { name: "What would have happened" }).waitFor();
    await page.getByRole("heading", { name: "Run before" }).waitFor();
  });

  test("can be cancelled while it runs", async () => {
    // A small log is replayed before anybody could press a button: the job is kept from its end here.
    const asked = [];
    const { id } = await server.api("POST", "/journeys/hot-lead/backtest", { job: true });
    await page.route(`**/api/v1/jobs/${id}`, async (route) => {
      const answer = await route.fetch();
      const job = await answer.json();
      const running = { ...job, state: "running", done: 420, total: 1000, result: null };
      await route.fulfill({ response: answer, json: running });
    });
    page.on("request", (request) => asked.push(`${request.method()} ${request.url()}`));
    await open(`/journeys/hot-lead/backtest?job=${id}`);
    await said("42 % replayed");
    await lookAt(page, "backtest-running");
    await button("Cancel the backtest").click();
    await eventually("the server is asked to cancel it", () =>
      asked.some((each) => each.endsWith(`/jobs/${id}/cancel`) && each.startsWith("POST")),
    );
    await page.unroute(`**/api/v1/jobs/${id}`);
  });
});

describe("A/B tests", () => {
  const experiment = async () => {
    const journey = await server.get("/journeys/welcome");
    return journey.steps.find((step) => step.id === "try").split.experiment;
  };

  test("none: the page says what one is", async () => {
    await open("/tests");
    await said("No A/B tests yet");
    await lookAt(page, "tests-empty");
  });

  test("one without a verdict says nothing of a winner, and how far it is", async () => {
    const files = await definitionFiles("tests/scenarios/experiments");
    // The workspace stays as it is: there is one. `changes` are for the scenarios.
    const parts = files.filter((file) => /^(journeys|templates)\//.test(file.path));
    await server.api("POST", "/definitions/apply", { files: parts, yes: true });
    // By chance one arm has fewer than 5 of 30 once in 17,000 runs.
    for (let count = 0; count < 30; ++count) {
      const traits = { email: `t${count}@visitor.example` };
      await ingest("track", { userId: `t${count}`, event: "Signed Up", context: { traits } });
    }
    await server.advance("1m");
    await open("/tests");
    await page.getByRole("link", { name: /try in Welcome/i }).waitFor();
    await lookAt(page, "tests");
    await page.getByRole("link", { name: /try in Welcome/i }).click();
    await page.waitForURL(/\/tests\/welcome\/try$/);
    await settled(page);
    await said("Nothing can be said yet");
    assert.equal(await page.getByText("is better").count(), 0);
    await page.getByRole("progressbar", { name: "Time until the comparison" }).waitFor();
    await lookAt(page, "test-collecting");
  });

  test("a number of it opens the people behind it", async () => {
    const journey = await server.get("/journeys/welcome");
    const note = journey.steps.find((step) => step.id === "plain-note");
    await page
      .getByRole("link", { name: `${note.counts.passed} passed` })
      .first()
      .click();
    await page.waitForURL(/\/journeys\/welcome\/contacts\?/);
    await settled(page);
    const rows = page.locator("[data-index]");
    await eventually("so many", async () => (await rows.count()) === note.counts.passed);
    await page.goBack();
    await settled(page);
  });

  test("a person's decision is asked about, holds, and can be taken back", async () => {
    await button("Decide").click();
    await page.getByRole("menuitem", { name: "Let everybody take “offer”" }).click();
    await dialog().getByText("The variants have not been compared yet").waitFor();
    await page.getByRole("menu").waitFor({ state: "detached" });
    await inspect(page, "test-decide");
    await dialog().getByRole("button", { name: "Let everybody take “offer”" }).click();
    await said("a person chose “offer”");
    assert.equal((await experiment()).winner.arm, "offer");
    await lookAt(page, "test-declared");
    await button("Split again").click();
    await dialog().getByRole("button", { name: "Split again" }).click();
    await said("Nothing can be said yet");
    assert.equal((await experiment()).winner, null);
  });

  test("the verdict is said once it is there", async () => {
    await server.advance("8d");
    const { verdict } = await experiment();
    assert.notEqual(verdict, null);
    await open("/tests/welcome/try");
    await said("If the variants were equal");
    await lookAt(page, "test-verdict");
  });
});

describe("a definition that an update refuses", () => {
  const setAside = async () =>
    (await server.list("/definitions")).filter((each) => each.setAside.length > 0);

  test("stands on Home with its problem and the way to mend it", async () => {
    await server.stop();
    const database = new DatabaseSync(path.join(server.data, "state.db"));
    const { changes } = database
      .prepare("UPDATE definition SET source = replace(source, 'at_most: 4d', 'at_most: soon')")
      .run();
    database.close();
    assert.ok(changes > 0);
    await server.launch();
    assert.ok((await setAside()).length > 0, "something is set aside");
    await open("/");
    await page.getByRole("region", { name: "Definitions that are set aside" }).waitFor();
    await lookAt(page, "home-set-aside");
    await open("/data/definitions?show=set_aside");
    await lookAt(page, "definitions-set-aside");
  });

  test("is corrected, checked and published there", async () => {
    const [aside] = await setAside();
    await open(`/${aside.kind}s/${aside.key}`);
    await page.getByRole("link", { name: "Mend it" }).click();
    await page.waitForURL(/\/data\/definitions\//);
    await settled(page);
    await lookAt(page, "definition-set-aside");
    const text = page.getByRole("textbox", { name: "Text of the definition" });
    await text.fill((await text.inputValue()).replace("at_most: soon", "at_most: 5d"));
    await said("In order");
    await button("Publish").click();
    await said("Published as version");
    assert.deepEqual(await setAside(), []);
    await lookAt(page, "definition");
  });
});

describe("around the pages", () => {
  test("g and a letter, and the palette, go to each of them", async () => {
    await open("/");
    for (const [letter, route] of [
      ["o", "/companies"],
      ["a", "/tests"],
      ["d", "/data/definitions"],
      ["n", "/settings/domains"],
    ]) {
      await page.locator("h1").first().click();
      // The keys are brought after the page, and the second must follow the first within a second.
      await eventually(`g and ${letter} go to ${route}`, async () => {
        await page.keyboard.press("g");
        await page.keyboard.press(letter);
        return page.url() === `${server.url}${route}`;
      });
      await settled(page);
    }
    await open("/");
    await page.getByRole("button", { name: /Search or run/ }).press("Enter");
    await dialog().waitFor();
    await page.keyboard.type("sender dom");
    await page.getByText("Go to Sender domains").waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(`${server.url}/settings/domains`);
  });

  test("the app speaks German once that is chosen, and remembers it", async () => {
    await open("/companies");
    await page.getByRole("button", { name: "Your account" }).click();
    await page.getByRole("menuitem", { name: "Deutsch" }).click();
    await page.getByRole("heading", { level: 1, name: "Firmen" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
    for (const [name, route] of [
      ["companies", "/companies"],
      ["test", "/tests/welcome/try"],
      ["backtest", "/journeys/hot-lead/backtest"],
      ["definitions", "/data/definitions"],
      ["settings", "/settings"],
      ["home", "/"],
    ]) {
      await open(route);
      await lookAt(page, `german-${name}`);
    }
    await page.getByRole("button", { name: "Ihr Konto" }).click();
    await page.getByRole("menuitem", { name: "English" }).click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  });

  test("the browser has asked no other host, and no script has failed", () => {
    assert.deepEqual(left, []);
    assert.deepEqual(errors, []);
  });
});
