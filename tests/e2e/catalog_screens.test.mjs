// Catalogs in Chromium on a real server: one is made, filled from a file, searched, and a file with faults is refused with
// each of them named.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { keepOnLoopback, openBrowser } from "./support/browser.mjs";
import { lookAt, settled } from "./support/screens.mjs";
import { keys, Server } from "./support/server.mjs";

const desk = { width: 1280, height: 900 };

describe("catalogs", () => {
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

  const button = (name) => page.getByRole("button", { name, exact: true });
  const upload = async (name, text) => {
    const chooser = page.waitForEvent("filechooser");
    await button("Upload a file").click();
    await (await chooser).setFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  };

  test("without any it is said what they are for", async () => {
    await page.goto(`${server.url}/`);
    await page.getByRole("link", { name: "Catalogs", exact: true }).click();
    await settled(page);
    await page.getByText("No catalogs yet").waitFor();
    await lookAt(page, "catalogs-empty");
  });

  test("one is made with its fields, and what the server refuses is said", async () => {
    await button("New catalog").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Our products");
    assert.equal(
      await dialog.getByRole("textbox", { name: "Key", exact: true }).inputValue(),
      "our_products",
    );
    await dialog.getByRole("button", { name: "Add a field" }).click();
    await dialog.getByRole("textbox", { name: "Name of field 2" }).fill("the price");
    await dialog.getByRole("button", { name: "Create catalog" }).click();
    await dialog.getByRole("alert").filter({ hasText: "fields.the price" }).waitFor();
    await dialog.getByRole("textbox", { name: "Name of field 2" }).fill("price");
    await dialog.getByRole("combobox", { name: "Type of field 2" }).click();
    await page.getByRole("option", { name: "Number" }).click();
    await lookAt(page, "catalog-new");
    await dialog.getByRole("button", { name: "Create catalog" }).click();
    await page.waitForURL(`${server.url}/catalogs/our_products`);
    const made = await server.get("/catalogs/our_products");
    assert.deepEqual(made.fields, [
      { name: "title", type: "text" },
      { name: "price", type: "number" },
    ]);
    await page.getByText("No items yet").waitFor();
  });

  test("a file with faults is refused with each of them, and nothing is taken", async () => {
    await upload("bad.csv", "sku,title,price\na,Tea,1\nb,Cup,cheap\na,Pot,2\n");
    const refusal = page.getByRole("alert").filter({ hasText: "Nothing of bad.csv was taken" });
    await refusal.getByText('Item 2: price: "cheap" is not a number').waitFor();
    await refusal.getByText('Item 3: sku "a" stands in the file before').waitFor();
    await lookAt(page, "catalog-refused");
    assert.equal((await server.get("/catalogs/our_products")).items, 0);
  });

  test("a file fills it, and another adds to it", async () => {
    await upload("good.csv", "sku,title,price\ntea-1,Green tea,12.5\ncup-1,Cup,8\n");
    await page.getByText("The catalog has 2 items now").waitFor();
    await page.getByRole("rowheader", { name: "tea-1" }).waitFor();
    await page.getByRole("combobox", { name: "Items that the file does not hold" }).click();
    await page.getByRole("option", { name: "stay: the file adds and changes" }).click();
    await upload("more.csv", "sku,title,price\npot-1,Pot,40\n");
    await page.getByText("The catalog has 3 items now").waitFor();
    await page.getByRole("cell", { name: "Green tea" }).waitFor();
    await lookAt(page, "catalog");
  });

  test("items are searched, and one is removed after a question", async () => {
    await page.getByRole("searchbox").fill("zzz");
    await page.getByText("No item fits").waitFor();
    await button("Clear search").last().click();
    await page.getByRole("searchbox").fill("POT");
    await page.getByRole("rowheader", { name: "tea-1" }).waitFor({ state: "detached" });
    await button("Remove pot-1").click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
    await page.getByText("pot-1 is removed").waitFor();
    assert.equal((await server.get("/catalogs/our_products")).items, 2);
  });

  test("all of it is downloaded as the file that an upload takes", async () => {
    await page.goto(`${server.url}/catalogs/our_products`);
    await settled(page);
    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download CSV" }).click();
    const download = await waiting;
    assert.equal(download.suggestedFilename(), "our_products.csv");
    assert.equal(
      await readFile(await download.path(), "utf8"),
      "sku,title,price\r\ncup-1,Cup,8\r\ntea-1,Green tea,12.5\r\n",
    );
  });

  test("the list opens it, an unknown one says so, and no request has left", async () => {
    await page.goto(`${server.url}/catalogs`);
    await settled(page);
    await lookAt(page, "catalogs");
    await page.getByRole("link", { name: "Our products" }).click();
    await page.waitForURL(`${server.url}/catalogs/our_products`);
    await page.goto(`${server.url}/catalogs/nobody`);
    await page.getByRole("alert").waitFor();
    assert.deepEqual(left, []);
    assert.deepEqual(errors, []);
  });
});
