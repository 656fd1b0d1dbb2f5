// Every screen with something in it, at 1440, 1024 and 390 pixels, in English and in the pseudo-locale, which is longer
// and reads from right to left: nothing sticks out sideways, nothing is cut off, and every text is translated.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";
import { sender } from "./support/inboxes.mjs";
import { png } from "./support/pictures.mjs";
import { picture, settled } from "./support/screens.mjs";
import { keys, Server } from "./support/server.mjs";

const widths = [1440, 1024, 390];
const height = 900;

let server;
let browser;
let routes;
before(async () => {
  server = await Server.start({ env: sender });
  await server.apply("tests/e2e/workspaces/letters");
  for (const [kind, key] of [
    ["segment", "readers"],
    ["campaign", "subjects"],
  ]) {
    const file = kind === "campaign" ? `campaign-${key}` : key;
    const text = await readFile(
      new URL(`workspaces/campaigns/${file}.yaml`, import.meta.url),
      "utf8",
    );
    await server.api("PUT", `/definitions/${kind}/${key}`, { text });
  }
  for (const name of ["ana", "ben"]) {
    const email = `${name}@a-rather-long-name-of-a-host.visitor.example`;
    await server.ingest("identify", { userId: name, traits: { email, firstName: name } });
    await server.ingest("group", { userId: name, groupId: "acme", traits: { name: "Acme" } });
    await server.ingest("track", { userId: name, event: "News Written" });
  }
  await eventually("a mail", async () => (await server.list("/mailbox")).length > 0);
  await upload();
  routes = await everyRoute();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

async function upload() {
  const answer = await fetch(`${server.url}/api/v1/assets?name=Shelf.png`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${keys.api}`,
      "Content-Type": "application/octet-stream",
    },
    body: png(640, 360),
  });
  assert.equal(answer.status, 201, await answer.text());
}

/** The pages of the app, by the first of what each can show. */
async function everyRoute() {
  const first = async (list, member) => (await server.list(list))[0]?.[member];
  const contact = await first("/contacts?", "id");
  const journey = await first("/journeys?", "key");
  const campaign = await first("/campaigns?", "key");
  const mail = await first("/mailbox", "id");
  const all = [
    "/",
    "/contacts",
    `/contacts/${contact}`,
    `/contacts/${contact}/why`,
    `/contacts/${contact}/consent`,
    "/segments",
    `/segments/${await first("/segments?", "key")}`,
    "/segments/new",
    "/lists",
    "/scores",
    "/companies",
    "/companies/acme",
    "/jobs",
    "/jobs/import",
    "/consent",
    "/consent/forms",
    "/consent/forms/newsletter",
    "/consent/suppressions",
    "/journeys",
    "/journeys/new",
    `/journeys/${journey}`,
    `/journeys/${journey}/edit`,
    `/journeys/${journey}/contacts`,
    `/journeys/${journey}/backtest`,
    `/journeys/${journey}/edit`,
    `/journeys/${journey}/versions`,
    "/journeys/new",
    "/campaigns",
    `/campaigns/${campaign}`,
    `/campaigns/${campaign}/recipients`,
    "/templates",
    "/templates/news",
    "/tests",
    "/library",
    "/library/shelf",
    "/messages",
    "/mailbox",
    `/mailbox/${mail}`,
    "/catalogs",
    "/data/events",
    "/data/webhooks",
    "/data/definitions",
    "/data/definitions/template/news",
    "/settings",
    "/settings/domains",
    "/settings/team",
    "/settings/audit",
    "/settings/account",
  ];
  return all.filter((route) => !route.includes("undefined"));
}

async function signedIn(language) {
  const context = await browser.newContext({
    viewport: { width: widths[0], height },
    locale: "en-GB",
    reducedMotion: "reduce",
  });
  const left = await keepOnLoopback(context);
  await context.addInitScript((chosen) => {
    if (location.protocol.startsWith("http")) localStorage.setItem("sojourn-language", chosen);
  }, language);
  const page = await context.newPage();
  await page.goto(`${server.url}/sign-in`);
  await page.locator('input[type="email"]').fill(keys.email);
  await page.locator('input[autocomplete="current-password"]').fill(keys.password);
  await page.locator('button[type="submit"]').click();
  await page.waitForURL(`${server.url}/`);
  return { context, page, left };
}

/** What a person would see at once: what sticks out, and words that are cut without a sign of it. */
function flaws() {
  const root = document.documentElement;
  const found = [];
  if (root.scrollWidth > root.clientWidth) {
    found.push(`scrolls sideways by ${root.scrollWidth - root.clientWidth} px`);
  }
  for (const element of document.body.querySelectorAll("*")) {
    const words = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "",
    );
    if (!words || element.scrollWidth <= element.clientWidth + 1) continue;
    const style = getComputedStyle(element);
    const isHidden = style.clipPath !== "none" || style.position === "absolute";
    const cuts = /hidden|clip/.test(style.overflowX) && style.textOverflow !== "ellipsis";
    if (cuts && !isHidden && element.clientWidth > 1) {
      found.push(`cuts "${element.textContent.trim().slice(0, 60)}"`);
    }
  }
  return found;
}

describe("every screen", () => {
  for (const language of ["en", "pseudo"]) {
    test(`fits its window in ${language === "en" ? "English" : "the pseudo-locale"}`, async () => {
      const { context, page, left } = await signedIn(language);
      const found = [];
      for (const route of routes) {
        await page.goto(`${server.url}${route}`);
        await settled(page);
        const direction = await page.locator("html").getAttribute("dir");
        assert.equal(direction ?? "ltr", language === "en" ? "ltr" : "rtl");
        for (const width of widths) {
          await page.setViewportSize({ width, height });
          await page.waitForFunction((wanted) => window.innerWidth === wanted, width);
          const name = `looks${route.replaceAll(/[^a-z]+/g, "-")}-${language}-${width}`;
          await picture(page, name);
          for (const flaw of await page.evaluate(flaws)) found.push(`${route}, ${width}: ${flaw}`);
        }
      }
      assert.deepEqual(found, []);
      assert.deepEqual(left, []);
      await context.close();
    });
  }
});
