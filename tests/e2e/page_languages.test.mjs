// The pages that contacts see, in the language of who reads them: the contact's own, else the browser's, else the
// workspace's, each without a violation of accessibility.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";
import { inboxes } from "./support/inboxes.mjs";
import { inspect } from "./support/screens.mjs";
import { Server } from "./support/server.mjs";

let inbox;
let server;
let browser;
before(async () => {
  inbox = await inboxes["npm smtp-server"]();
  server = await Server.start({ env: inbox.env });
  await server.apply("tests/e2e/workspaces/letters");
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.remove();
  await inbox?.close();
});

async function mailTo(userId, traits) {
  const email = `${userId}@visitor.example`;
  await server.ingest("identify", { userId, traits: { email, ...traits } });
  await server.ingest("track", { userId, event: "News Written" });
  return eventually("the news have come", async () => (await inbox.mailsTo(email, server))[0]);
}
const linkIn = (mail, path) => new RegExp(`href="(http://[^"]*${path}[^"]*)"`).exec(mail.html)[1];

/** Opens the page as a browser of this language does, checks it, and gives it to `look`. */
async function read(address, locale, name, look) {
  const context = await browser.newContext({ locale, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(address);
  await inspect(page, name, { isApp: false });
  await look(page);
  await context.close();
}
const speaks = async (page, language, heading) => {
  assert.equal(await page.locator("html").getAttribute("lang"), language);
  assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), heading);
};

test("a contact's own language comes before the browser's", async () => {
  const mail = await mailTo("lena", { firstName: "Lena", language: "de-AT" });
  await read(linkIn(mail, "/p/"), "fr-FR", "preferences-de", async (page) => {
    await speaks(page, "de", "Ihre Mail-Einstellungen");
    await page.getByLabel("Offers").uncheck();
    await page.getByRole("button", { name: "Speichern" }).click();
    await page.getByText("Gespeichert.").waitFor();
  });
  await read(linkIn(mail, "/u/"), "fr-FR", "unsubscribe-de", async (page) => {
    await speaks(page, "de", "Abmelden?");
    await page.getByRole("button", { name: "Von News abmelden" }).click();
    await speaks(page, "de", "Sie sind abgemeldet");
    await page.getByRole("link", { name: "auswählen, was Sie bekommen möchten" }).click();
    await speaks(page, "de", "Ihre Mail-Einstellungen");
  });
});

test("who has said none is asked by the browser, else by the workspace", async () => {
  const mail = await mailTo("jo", { firstName: "Jo" });
  await read(linkIn(mail, "/p/"), "fr-CA", "preferences-fr", (page) =>
    speaks(page, "fr", "Vos préférences d’e-mail"),
  );
  await read(linkIn(mail, "/u/"), "nl-NL", "unsubscribe-en", (page) =>
    speaks(page, "en", "Unsubscribe?"),
  );
  await read(`${server.url}/p/nobody`, "de-DE", "unknown-de", (page) =>
    speaks(page, "de", "Dieser Link führt nirgendwohin"),
  );
});

test("the form and the page of its confirmation speak with a stranger, too", async () => {
  const form = `${server.url}/f/newsletter`;
  await read(form, "de-DE", "form-de", async (page) => {
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
    await page.getByLabel("E-Mail", { exact: true }).fill("neu@visitor.example");
    await page.getByLabel("I want to get the letter").check();
    await page.locator("form").evaluate((element) => element.submit());
    await page.getByRole("alert").filter({ hasText: "Das ging schnell" }).waitFor();
    await server.advance("3s");
    await page.getByLabel("I want to get the letter").check();
    await page.locator("form button").click();
    await speaks(page, "de", "Noch ein Schritt");
  });
  const mail = await eventually(
    "the mail that asks",
    async () => (await inbox.mailsTo("neu@visitor.example", server))[0],
  );
  await read(linkIn(mail, "/d/"), "fr-FR", "confirmation-fr", async (page) => {
    await speaks(page, "fr", "Confirmez votre adresse");
    await page.getByRole("button", { name: "Confirmer" }).click();
    await speaks(page, "fr", "Votre adresse est confirmée");
  });
});

test("the workspace speaks where neither the contact nor the browser does", async () => {
  const definition = await server.api("GET", "/definitions/workspace/letters");
  await server.api("PUT", "/definitions/workspace/letters", {
    text: `${definition.text}language: de\n`,
    yes: true,
  });
  const mail = await mailTo("sol", { firstName: "Sol" });
  await read(linkIn(mail, "/u/"), "nl-NL", "unsubscribe-workspace", (page) =>
    speaks(page, "de", "Abmelden?"),
  );
  await read(linkIn(mail, "/p/"), "fr-CA", "preferences-browser", (page) =>
    speaks(page, "fr", "Vos préférences d’e-mail"),
  );
  await read(`${server.url}/p/nobody`, "nl-NL", "unknown-workspace", (page) =>
    speaks(page, "de", "Dieser Link führt nirgendwohin"),
  );
});
