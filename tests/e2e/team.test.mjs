// Who may do what, in Chromium on a real server: somebody is invited by a link, joins, sees what the role lets them
// see, and is out when the role or the membership ends; an own password is changed.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { inspect } from "./support/screens.mjs";
import { keys, Server } from "./support/server.mjs";

const vera = { email: "vera@example.com", password: "a horse of her own" };

let server;
let browser;
const errors = [];
const left = [];

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await server?.remove();
});

/** A browser of somebody's own. */
async function newPage() {
  const context = await browser.newContext({ locale: "en-GB" });
  left.push(await keepOnLoopback(context));
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
  return page;
}

async function signIn(page, { email, password }) {
  await page.goto(`${server.url}/sign-in`);
  await page.locator('input[type="email"]').fill(email);
  await page.locator('input[autocomplete="current-password"]').fill(password);
  await page.locator('button[type="submit"]').click();
}

const button = (page, name) => page.getByRole("button", { name, exact: true });

/** The status of a call with the session of this browser. */
const ask = (page, method, route, body) =>
  page.evaluate(
    async ([verb, path, content]) => {
      const answer = await fetch(`/api/v1${path}`, {
        method: verb,
        headers: { "X-Sojourn-Csrf": "1", "Content-Type": "application/json" },
        body: content,
      });
      const text = await answer.text();
      return { status: answer.status, code: text ? JSON.parse(text).code : undefined };
    },
    [method, route, body === undefined ? undefined : JSON.stringify(body)],
  );

let owner;
let member;

test("an owner invites somebody, and gets a link to hand on", async () => {
  owner = await newPage();
  await signIn(owner, keys);
  await owner.waitForURL(`${server.url}/`);
  await owner.goto(`${server.url}/settings/team`);
  await owner.getByText("(you)").waitFor();
  await button(owner, "Invite").click();
  await owner.getByRole("dialog").getByLabel("Email").fill(vera.email);
  await owner.getByRole("radio", { name: "Viewer" }).check();
  await button(owner, "Make the invitation").click();
  const link = await owner.getByLabel("link of the invitation", { exact: true }).innerText();
  assert.ok(link.startsWith(`${server.url}/join#`), link);
  await inspect(owner, "team-invited");
  await button(owner, "Close").first().click();
  const [invitation] = await server.list("/invitations");
  assert.equal(invitation.email, vera.email);
  assert.equal(invitation.link, undefined, "it is shown once");

  member = await newPage();
  await member.goto(link.trim());
  await member.getByText("You are invited.").waitFor();
  await inspect(member, "join");
  await member.locator('input[autocomplete="new-password"]').fill(vera.password);
  await button(member, "Join").click();
  await member.waitForURL(`${server.url}/`);

  const second = await newPage();
  await second.goto(link.trim());
  await second.getByText("This invitation has been used, or has ended.").waitFor();
  await second.context().close();
});

test("a viewer sees everything and is offered no change", async () => {
  await member.goto(`${server.url}/settings`);
  await member.getByText("Messages are sent").waitFor();
  assert.equal(await button(member, "Stop all sending").count(), 0);
  await member.goto(`${server.url}/settings/team`);
  await member.getByText(keys.email).waitFor();
  await inspect(member, "team-of-a-viewer");
  assert.equal(await button(member, "Invite").count(), 0);
  const refused = { status: 403, code: "not_permitted" };
  assert.deepEqual(await ask(member, "POST", "/sending/stop", { reason: "x" }), refused);
  assert.deepEqual(await ask(member, "GET", "/invitations"), refused);
  assert.deepEqual(await ask(member, "PUT", `/team/${vera.email}`, { role: "owner" }), refused);
});

test("a new role holds at once, and its holder signs in again", async () => {
  await owner.reload();
  await button(owner, `Change role: ${vera.email}`).click();
  await owner.getByRole("radio", { name: "Editor" }).check();
  await button(owner, "Make Editor").click();
  await owner.getByText(`${vera.email}: Editor from now on`).waitFor();
  assert.equal((await ask(member, "GET", "/session")).status, 401);
  await signIn(member, vera);
  await member.waitForURL(`${server.url}/`);
  await member.goto(`${server.url}/settings`);
  await button(member, "Stop all sending").waitFor();
});

test("an own password is changed, and other browsers are out", async () => {
  const elsewhere = await newPage();
  await signIn(elsewhere, vera);
  await elsewhere.waitForURL(`${server.url}/`);
  await member.goto(`${server.url}/settings/account`);
  await member.getByLabel("Present password").fill("wrong horse");
  await member.getByLabel("New password").fill("another of her own");
  await button(member, "Change the password").click();
  await member.getByText("This is not your present password").waitFor();
  await inspect(member, "account-wrong-password");
  await member.getByLabel("Present password").fill(vera.password);
  await button(member, "Change the password").click();
  await member.getByText("Your password was changed").waitFor();
  assert.equal((await ask(member, "GET", "/session")).status, 200);
  assert.equal((await ask(elsewhere, "GET", "/session")).status, 401);
  await signIn(elsewhere, vera);
  await elsewhere.getByText("This email and password do not fit together.").waitFor();
  await elsewhere.context().close();
});

/** RFC 6238, by node's own crypto: the code of the step that is so many ahead of now. */
function codeOf(secret, ahead = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const digest = createHmac("sha1", key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

test("a second step guards the sign-in, by the codes of an app and by recovery codes", async () => {
  const password = "another of her own";
  const elsewhere = await newPage();
  await signIn(elsewhere, { ...vera, password });
  await elsewhere.waitForURL(`${server.url}/`);
  await member.goto(`${server.url}/settings/account`);
  await button(member, "Turn it on").click();
  const dialog = member.getByRole("dialog");
  await dialog.getByLabel("Present password").fill(password);
  await button(member, "Go on").click();
  await dialog.getByRole("img", { name: "QR code for the app" }).waitFor();
  await inspect(member, "second-factor-start");
  const secret = (
    await dialog.getByLabel("secret for the app", { exact: true }).innerText()
  ).trim();
  await dialog.getByLabel("Code of the app").fill("000000");
  await dialog.getByRole("button", { name: "Turn it on" }).click();
  await dialog.getByText("This code is wrong, or was used.").waitFor();
  const first = codeOf(secret);
  await dialog.getByLabel("Code of the app").fill(first);
  await dialog.getByRole("button", { name: "Turn it on" }).click();
  const shown = dialog.getByLabel("recovery codes", { exact: true });
  const recovery = (await shown.innerText()).trim().split(/\s+/);
  assert.equal(recovery.length, 10);
  await inspect(member, "second-factor-codes");
  await button(member, "I have kept them").click();
  assert.equal((await ask(member, "GET", "/session")).status, 200);
  assert.equal((await ask(elsewhere, "GET", "/session")).status, 401);

  await signIn(elsewhere, { ...vera, password });
  await elsewhere.getByLabel("Code").waitFor();
  await inspect(elsewhere, "sign-in-second-step");
  const enter = async (code) => {
    await elsewhere.getByLabel("Code").fill(code);
    await elsewhere.locator('button[type="submit"]').click();
  };
  await enter(first);
  await elsewhere.getByText("This code is wrong, or was used.").waitFor();
  // The next step's code is taken already, so that nobody waits half a minute here.
  await enter(codeOf(secret, 1));
  await elsewhere.waitForURL(`${server.url}/`);
  for (const [code, status] of [
    [recovery[3], 201],
    [recovery[3], 403],
  ]) {
    const body = { email: vera.email, password, code };
    assert.equal((await ask(elsewhere, "POST", "/session", body)).status, status);
  }
  await elsewhere.context().close();

  await owner.reload();
  await button(owner, `Reset second step: ${vera.email}`).click();
  await button(owner, "Turn it off").click();
  await owner.getByText(`The second step of ${vera.email} is off`).waitFor();
  assert.equal((await ask(member, "GET", "/session")).status, 401);
  await signIn(member, { ...vera, password });
  await member.waitForURL(`${server.url}/`);
});

test("who is removed is out, and the last owner stays", async () => {
  await owner.reload();
  await button(owner, `Remove ${vera.email}`).click();
  await button(owner, "Remove the user").click();
  await owner.getByText(`${vera.email} was removed`).waitFor();
  assert.equal((await ask(member, "GET", "/session")).status, 401);
  await button(owner, `Remove ${keys.email}`).click();
  await button(owner, "Remove the user").click();
  await owner.getByText("this is the only owner of the workspace").waitFor();
  assert.deepEqual(
    (await server.list("/team")).map(({ email, role }) => [email, role]),
    [[keys.email, "owner"]],
  );
});

test("no page failed, and none asked another host", () => {
  assert.deepEqual(errors, []);
  assert.deepEqual(left.flat(), []);
});
