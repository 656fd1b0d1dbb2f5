// From a sign-up form to the preference centre and out again: hosted pages in a real browser without scripts,
// mails through a real SMTP receiver, and what waits in the outbox meanwhile.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";
import { inboxes } from "./support/inboxes.mjs";
import { inspect } from "./support/screens.mjs";
import { Server } from "./support/server.mjs";

const email = "ana@visitor.example";

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

/** A page in a browser of its own that runs no scripts; `left` names requests that would leave the machine. */
async function open(address) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const left = await keepOnLoopback(context);
  const page = await context.newPage();
  await page.goto(address);
  return { page, left, close: () => context.close() };
}

/** Rules of accessibility and pictures, in a browser that may run the checker. */
async function check(address, name) {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto(address);
  await inspect(page, name, { isApp: false });
  await context.close();
}

const mailsTo = () => inbox.mailsTo(email, server);
const mailAbout = (subject) =>
  eventually(`a mail about ${subject}`, async () =>
    (await mailsTo()).findLast((mail) => mail.subject.includes(subject)),
  );
const linkIn = (mail, path) => new RegExp(`href="(http://[^"]*${path}[^"]*)"`).exec(mail.html)[1];

async function contact() {
  const [found] = await server.list(`/contacts?q=${encodeURIComponent(email)}`);
  return found;
}

/** Something happens to the contact, as its server tells it. */
async function happens(event) {
  const { anonymousIds } = await contact();
  const answer = await server.ingest("track", { anonymousId: anonymousIds[0], event });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

const messagesOf = async (journey) =>
  server.list(`/messages?contact=${(await contact()).id}&journey=${journey}`);
const newest = (journey, ...states) =>
  eventually(`the newest ${journey} is ${states.join(" or ")}`, async () => {
    const [message] = await messagesOf(journey);
    return states.includes(message?.status) && message;
  });

test("a form, its confirmation and a topic's opt-out, end to end", async (t) => {
  await t.test("the form works without scripts and is accessible", async () => {
    await check(`${server.url}/f/newsletter`, "form");
    const { page, left, close } = await open(`${server.url}/f/newsletter`);
    await page.getByLabel("Email").fill("ana@Visitor.example");
    await page.getByLabel("First name").fill("Ana");
    await page.getByLabel("How many are you?").selectOption("10-99");
    await page.getByLabel("I want to get the letter").check();
    const colour = await page
      .getByRole("button", { name: "Sign up" })
      .evaluate((button) => getComputedStyle(button).backgroundColor);
    assert.equal(colour, "rgb(10, 125, 92)", "the page's own style is let in");
    // A form that comes back at once is taken for a program's.
    await server.advance("3s");
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.getByRole("heading", { name: "One more step" }).waitFor();
    assert.deepEqual(left, []);
    await close();
  });

  let confirmation;
  await t.test("only the mail that asks is sent, and it can reach nothing else", async () => {
    confirmation = await mailAbout("confirm your address");
    assert.equal(confirmation.header("List-Unsubscribe"), null);
    assert.match(confirmation.text, /The Letter Shop/);
    assert.equal(await contact(), undefined, "nobody has the address yet");
  });

  await t.test("opening the link changes nothing, pressing the button does", async () => {
    const link = linkIn(confirmation, "/d/");
    assert.equal((await fetch(link, { method: "HEAD" })).status, 200);
    await check(link, "confirmation");
    assert.equal(await contact(), undefined);
    const { page, close } = await open(link);
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByRole("heading", { name: "Your address is confirmed" }).waitFor();
    await close();
    const { id } = await contact();
    const { attributes } = await server.get(`/contacts/${id}`);
    assert.equal(attributes.firstName.value, "Ana");
    assert.equal(attributes.size.value, "10-99");
    const { lines } = await server.get(`/contacts/${id}/consents`);
    const [line] = lines;
    assert.equal(line.topic, "news");
    assert.equal(line.state, "opted_in");
    assert.equal(line.source, "double_opt_in");
    assert.match(line.wording, /^form\/newsletter\/\d+$/);
    assert.match(line.wordingHash, /^[0-9a-f]{64}$/);
    assert.match(line.evidence, /submittedAt/);
  });

  await t.test("a forged link confirms nothing and says nothing", async () => {
    const link = linkIn(confirmation, "/d/");
    const forged = link.slice(0, -1) + (link.endsWith("A") ? "B" : "A");
    const answer = await fetch(forged, { method: "POST" });
    assert.equal(answer.status, 404);
    assert.doesNotMatch(await answer.text(), /visitor/);
  });

  let preferences;
  await t.test("the preference centre shows what holds, and saves what is chosen", async () => {
    await happens("News Written");
    await newest("news", "sent");
    preferences = linkIn(await mailAbout("News"), "/p/");
    await check(preferences, "preferences");
    const { page, left, close } = await open(preferences);
    assert.ok(await page.getByLabel("News").isChecked());
    assert.ok(await page.getByLabel("Offers").isChecked());
    await page.getByLabel("Offers").uncheck();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    assert.ok(!(await page.getByLabel("Offers").isChecked()));
    assert.deepEqual(left, []);
    await close();
    await happens("Offers Written");
    const refused = await newest("offers", "skipped");
    assert.equal(refused.reason, "unsubscribed");
  });

  await t.test("a mail of a topic that is queued is refused once the topic is left", async () => {
    const mail = await mailAbout("News");
    await server.api("POST", "/sending/stop", { reason: "the test holds the mails back" });
    await happens("News Written");
    await happens("Order Completed");
    await newest("news", "queued", "claimed");
    await newest("receipt", "queued", "claimed");
    const oneClick = /<(https?:\/\/[^>]+)>/.exec(mail.header("List-Unsubscribe"))[1];
    const { id } = await contact();
    const consents = async () => (await server.get(`/contacts/${id}/consents`)).lines;
    // What looks at a link changes nothing (RFC 8058 §3.2): mail programs and filters do.
    const before = await consents();
    for (const method of ["GET", "HEAD"]) {
      assert.equal((await fetch(oneClick, { method })).status, 200);
    }
    assert.deepEqual(await consents(), before);
    // Each of the two forms, and each again, as from a mailbox: without cookies.
    const urlencoded = "application/x-www-form-urlencoded";
    const multipart = "multipart/form-data; boundary=b";
    for (const type of [urlencoded, multipart, urlencoded, multipart]) {
      const body =
        type === multipart
          ? '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
          : "List-Unsubscribe=One-Click";
      const answer = await fetch(oneClick, {
        method: "POST",
        headers: { "Content-Type": type },
        body,
        redirect: "manual",
      });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("set-cookie"), null);
      await eventually("the opt-out is in the ledger", async () =>
        (await consents()).some(({ topic, state }) => topic === "news" && state === "opted_out"),
      );
    }
    await server.api("POST", "/sending/resume");
    const refused = await newest("news", "skipped", "cancelled");
    assert.equal(refused.reason, "unsubscribed");
    assert.equal(refused.sentAt, null);
    await newest("receipt", "sent");
  });

  await t.test("from everything: marketing ends, one topic can be taken up again", async () => {
    const { page, close } = await open(preferences);
    await page.getByRole("button", { name: "Unsubscribe from everything" }).click();
    await page.getByText("You are unsubscribed from everything.").waitFor();
    const [entry] = await server.list(`/suppressions?address=${encodeURIComponent(email)}`);
    assert.equal(entry.scope, "marketing");
    assert.equal(entry.reason, "unsubscribed");
    await page.getByLabel("News").check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await close();
    await happens("News Written");
    await newest("news", "sent");
    await happens("Offers Written");
    assert.equal((await newest("offers", "skipped")).reason, "unsubscribed");
  });

  await t.test("a suppressed address gets nothing, until that is lifted", async () => {
    const { stdout } = await server.command(
      "suppression",
      "add",
      email,
      "--note",
      "asked by letter",
    );
    assert.match(stdout, /is suppressed/);
    await happens("Order Completed");
    assert.equal((await newest("receipt", "skipped")).reason, "suppressed");
    await server.command("suppression", "lift", email);
    await happens("Order Completed");
    await newest("receipt", "sent");
  });

  await t.test("everything that is stored can be handed over, and erased", async () => {
    const { id } = await contact();
    const { stdout } = await server.command("contact", "export", id);
    const file = JSON.parse(stdout);
    assert.equal(file.complete, true);
    assert.equal(file.profile.id, id);
    assert.ok(file.events.some(({ name }) => name === "Form Submitted"));
    assert.ok(file.messages.some(({ subject }) => subject === "News"));
    assert.ok(file.consents.some(({ source }) => source === "double_opt_in"));
    await server.api("DELETE", `/contacts/${id}`);
    assert.equal(await contact(), undefined);
    const answer = await fetch(preferences);
    assert.equal(answer.status, 404, "its links lead nowhere");
  });
});

test("an address of nobody can be suppressed, and stays so when its contact comes", async () => {
  await server.api("POST", "/suppressions", {
    addresses: ["dora@visitor.example"],
    source: "import",
  });
  const answer = await server.ingest("track", {
    userId: "dora",
    event: "Order Completed",
    context: { traits: { email: "dora@Visitor.example" } },
  });
  assert.equal(answer.status, 200);
  await eventually("the receipt is refused", async () => {
    const [message] = await server.list("/messages?contact=dora&journey=receipt");
    return message?.status === "skipped" && message.reason === "suppressed";
  });
});

test("who never confirms is forgotten in time, and what was asked of them with it", async () => {
  const all = async () => (await server.list("/contacts")).map(({ id }) => id);
  const before = await all();
  const { page, close } = await open(`${server.url}/f/newsletter`);
  await page.getByLabel("Email").fill("never@visitor.example");
  await page.getByLabel("I want to get the letter").check();
  await server.advance("3s");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("heading", { name: "One more step" }).waitFor();
  await close();
  const mail = await eventually("the mail that asks", async () =>
    (await inbox.mailsTo("never@visitor.example", server)).at(-1),
  );
  const [made] = (await all()).filter((id) => !before.includes(id));
  assert.ok(made);
  await server.advance("29d");
  assert.ok((await all()).includes(made));
  await server.advance("1d");
  assert.deepEqual(await all(), before);
  const link = await fetch(linkIn(mail, "/d/"));
  assert.equal(link.status, 404, "its link leads nowhere");
  const erased = await server.list(`/audit?action=contact.erase&actor=sojourn`);
  assert.ok(erased.some((line) => JSON.stringify(line).includes(made)));
});
