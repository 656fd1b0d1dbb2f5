// A mail as a page: as it was sent, whatever has changed since, without telling anybody that it is looked at,
// and gone when its time is over or its contact is erased.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";
import { inboxes } from "./support/inboxes.mjs";
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

async function writeTo(userId, firstName) {
  const email = `${userId}@visitor.example`;
  const identified = await server.ingest("identify", { userId, traits: { email, firstName } });
  assert.equal(identified.status, 200);
  const tracked = await server.ingest("track", { userId, event: "Offers Written" });
  assert.equal(tracked.status, 200);
  return eventually("the offers have come", async () => (await inbox.mailsTo(email, server))[0]);
}
const linkIn = (text) => /http:\/\/[^"\s]*\/v\/[\w-]+/.exec(text)[0];

test("a mail online", async (t) => {
  const mail = await writeTo("eva", "Eva");
  const address = linkIn(mail.html);

  await t.test("both parts lead to one page, which search engines leave alone", async () => {
    assert.equal(linkIn(mail.text), address);
    assert.equal((await fetch(address, { method: "HEAD" })).status, 200);
    const answer = await fetch(address);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("x-robots-tag"), "noindex");
    assert.match(answer.headers.get("content-security-policy"), /default-src 'none'.*sandbox/);
    assert.equal(answer.headers.get("cache-control"), "no-store");
  });

  await t.test("it shows what was sent, and its links lead on", async () => {
    await server.ingest("identify", { userId: "eva", traits: { firstName: "Evangelina" } });
    await server.apply("tests/e2e/workspaces/letters");
    const context = await browser.newContext({ javaScriptEnabled: false });
    const left = await keepOnLoopback(context);
    const page = await context.newPage();
    await page.goto(address);
    await page.getByText("Hello Eva, here are the offers.").waitFor();
    assert.equal(await page.title(), "Offers");
    assert.equal(await page.locator("img").count(), 0, "no image tells of an open");
    const offers = await page.getByRole("link", { name: "the offers" }).getAttribute("href");
    const followed = await fetch(offers, { redirect: "manual", headers: { "User-Agent": "x" } });
    assert.equal(followed.headers.get("location"), "https://shop.example/offers");
    await page.getByRole("link", { name: "unsubscribe" }).click();
    await page.getByRole("heading", { name: "Unsubscribe?" }).waitFor();
    assert.deepEqual(left, []);
    await context.close();
    const [message] = await server.list("/messages?contact=eva");
    assert.equal(message.openedAt, null);
  });

  await t.test("what is kept is handed over with the rest", async () => {
    const { stdout } = await server.command("contact", "export", "eva");
    const [message] = JSON.parse(stdout).messages;
    assert.match(message.copy.html, /Hello Eva,/);
  });

  await t.test("it is gone after 90 days", async () => {
    await server.advance("89d");
    assert.equal((await fetch(address)).status, 200);
    await server.advance("25h");
    const answer = await fetch(address);
    assert.equal(answer.status, 410);
    assert.match(await answer.text(), /no longer kept/);
  });

  await t.test("it is gone when the contact is erased", async () => {
    const other = linkIn((await writeTo("tom", "Tom")).html);
    assert.equal((await fetch(other)).status, 200);
    await server.api("DELETE", "/contacts/tom");
    assert.equal((await fetch(other)).status, 404);
    assert.equal((await fetch(`${server.url}/v/${"A".repeat(40)}`)).status, 404);
  });
});
