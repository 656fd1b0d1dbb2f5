// The library in Chromium on a real server: pictures are uploaded by a click and by dropping, described,
// replaced and removed, and what is refused is said.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";
import { png } from "./support/pictures.mjs";
import { inspect, picture } from "./support/screens.mjs";
import { keys, Server } from "./support/server.mjs";

const desk = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };

describe("the library", () => {
  let server;
  let browser;
  let page;
  let left;
  const errors = [];

  before(async () => {
    server = await Server.start();
    browser = await openBrowser();
    const context = await browser.newContext({ viewport: desk, locale: "en-GB" });
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

  const open = async (route) => {
    await page.goto(`${server.url}${route}`);
    await page.locator("main h1").first().waitFor();
    await page.waitForFunction(() => !document.querySelector('main [role="status"][aria-label]'));
  };
  /** Axe in light and dark, then a picture on a phone, where nothing may stick out. */
  const lookAt = async (name) => {
    await inspect(page, name);
    await page.setViewportSize(phone);
    await page.waitForFunction((width) => window.innerWidth === width, phone.width);
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(wider, 0, `${name} scrolls sideways on a phone`);
    await picture(page, `${name}-phone`);
    await page.setViewportSize(desk);
    await page.waitForFunction((width) => window.innerWidth === width, desk.width);
  };
  const button = (name) => page.getByRole("button", { name, exact: true });
  const dialog = () => page.getByRole("dialog");
  const choose = async (name, files) => {
    const chooser = page.waitForEvent("filechooser");
    await button(name).click();
    await (await chooser).setFiles(files);
  };
  const file = (name, buffer, mimeType = "image/png") => ({ name, mimeType, buffer });
  const keysOf = async () => (await server.list("/assets?")).map(({ key }) => key);

  test("without pictures says what to do", async () => {
    await open("/library");
    await page.getByText("No pictures yet").waitFor();
    await lookAt("library-empty");
  });

  test("takes several files at once, and says of each that is none why", async () => {
    await choose("Upload pictures", [
      file("Spring hero.png", png(640, 360)),
      file("evil.png", Buffer.from("<svg/>")),
      file("Logo.png", png(120, 40, { colour: [0x8a, 0x3b, 0x2e] })),
    ]);
    await page.getByText("evil.png was not taken").waitFor();
    await page.getByText("the file is no PNG, JPEG, GIF or WebP").waitFor();
    await page.getByText("2 pictures uploaded").waitFor();
    assert.deepEqual(await keysOf(), ["logo", "spring-hero"]);
    const link = page.getByRole("link", { name: /Spring hero/ });
    await link.getByText("needs alt text").waitFor();
    const drawn = await link
      .locator("img")
      .evaluate((image) => image.decode().then(() => image.naturalWidth));
    assert.equal(drawn, 320);
    await lookAt("library");
  });

  test("takes files that are dropped", async () => {
    const dropped = png(9, 9).toString("base64");
    const transfer = await page.evaluateHandle((base64) => {
      const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
      const held = new DataTransfer();
      held.items.add(new File([bytes], "Dropped.png", { type: "image/png" }));
      return held;
    }, dropped);
    const zone = page.getByRole("list", { name: "Library" }).locator("..");
    await zone.dispatchEvent("dragover", { dataTransfer: transfer });
    await page.getByText("Drop to upload").waitFor();
    await zone.dispatchEvent("drop", { dataTransfer: transfer });
    await page.getByRole("link", { name: /Dropped/ }).waitFor();
  });

  test("finds by a part of the name", async () => {
    await page.getByRole("searchbox").fill("hero");
    await page.getByRole("link", { name: /Dropped/ }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: /Spring hero/ }).click();
    await page.waitForURL(`${server.url}/library/spring-hero`);
  });

  test("keeps the words of a picture", async () => {
    await page.getByLabel("Alt text").fill("A table set for spring");
    await button("Save").click();
    await eventually("they are kept", async () => {
      return (await server.get("/assets/spring-hero")).alt === "A table set for spring";
    });
    await page.getByText("asset:spring-hero").waitFor();
    await lookAt("asset");
    await page.getByRole("switch", { name: /It says nothing/ }).check();
    await button("Save").click();
    await eventually("it says nothing", async () => {
      return (await server.get("/assets/spring-hero")).alt === "";
    });
  });

  test("replaces a picture", async () => {
    await choose("Replace", file("new.png", png(700, 100)));
    await page.getByText("700 × 100").waitFor();
    assert.equal((await server.get("/assets/spring-hero")).width, 700);
  });

  test("removes what nothing uses, after a question", async () => {
    const text = "kind: template\nkey: mail\nsubject: s\nhtml: <img src='asset:spring-hero'>\n";
    await server.api("POST", "/definitions/apply", { files: [{ path: "mail.yaml", text }] });
    await open("/library/spring-hero");
    await page.getByRole("link", { name: "mail", exact: true }).waitFor();
    assert.ok(await button("Remove").isDisabled());
    await open("/library/logo");
    await button("Remove").click();
    await dialog().waitFor();
    await inspect(page, "asset-remove");
    await dialog().getByRole("button", { name: "Remove it" }).click();
    await page.waitForURL(`${server.url}/library`);
    assert.deepEqual(await keysOf(), ["dropped", "spring-hero"]);
  });

  test("nothing failed, and nothing was asked of another host", () => {
    assert.deepEqual(errors, []);
    assert.deepEqual(left, []);
  });
});
