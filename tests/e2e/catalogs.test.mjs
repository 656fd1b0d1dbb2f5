// Catalogs: uploaded as files, looked up in a mail that was sent, and carried to another server in a folder.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { Server, keys } from "./support/server.mjs";

const catalog =
  "kind: catalog\nkey: products\nname: Products\nitem_key: sku\nfields: {title: text, price: number}\n";
const template = `kind: template
key: left-behind
subject: "{{ catalogs.products[event.sku].title | default: 'Something' }} is waiting"
html: |
  <p>{% for sku in event.skus %}{{ catalogs.products[sku].title }}, {% endfor %}</p>
  <p><a href="{{ unsubscribe_url }}">Unsubscribe</a> {{ workspace.postal_address }}</p>
`;
const journey = `kind: journey
key: left-behind
trigger: {event: Cart Left}
reentry: always
steps:
  - {id: mail, send: {template: left-behind}}
`;
const csv = "sku,title,price\ntea-1,Green tea,12.5\ncup-1,Cup,8\n";

let server;
let folder;
before(async () => {
  server = await Server.start();
  folder = await mkdtemp(path.join(tmpdir(), "sojourn-catalogs-"));
  for (const [file, text] of Object.entries({
    "products.yaml": catalog,
    "products.csv": csv,
    "left-behind.yaml": template,
    "journey.yaml": journey,
  })) {
    await writeFile(path.join(folder, file), text);
  }
});
after(async () => {
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

const put = async (body, query = "", type = "text/csv") => {
  const answer = await fetch(`${server.url}/api/v1/catalogs/products/items${query}`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${keys.api}`, "Content-Type": type },
    body,
  });
  return { status: answer.status, body: await answer.json() };
};
const mailTo = (userId) =>
  eventually(`the mail to ${userId}`, async () => {
    const mails = await server.list("/mailbox");
    return mails.find(({ to }) => JSON.stringify(to).includes(`${userId}@shop.example`));
  });
const leaveCart = async (userId, properties) => {
  await server.ingest("identify", { userId, traits: { email: `${userId}@shop.example` } });
  await server.ingest("track", { userId, event: "Cart Left", properties });
  return mailTo(userId);
};

test("a folder's items are planned, uploaded and left alone when they are the same", async () => {
  const planned = await server.run(["plan", folder]);
  assert.equal(planned.code, 2, planned.stderr);
  assert.match(planned.stdout, /items +catalog products +\(2 items in products\.csv/);
  const applied = await server.run(["apply", folder, "--yes"]);
  assert.equal(applied.code, 0, applied.stderr);
  assert.match(applied.stdout, /uploaded 2 items of catalog products/);
  assert.equal((await server.get("/catalogs/products")).items, 2);
  const again = await server.run(["plan", folder]);
  assert.equal(again.code, 0, again.stdout + again.stderr);
});

test("a mail says what the catalog says when it is sent", async () => {
  const mail = await leaveCart("ana", { sku: "tea-1", skus: ["cup-1", "tea-1", "gone-9"] });
  assert.equal(mail.subject, "Green tea is waiting");
  const whole = await server.get(`/mailbox/${mail.id}`);
  assert.match(JSON.stringify(whole), /Cup, Green tea, ,/);
  const changed = await put(
    '[{"sku": "tea-1", "title": "Better tea"}]',
    "?mode=upsert",
    "application/json",
  );
  assert.equal(changed.body.items, 2);
  assert.equal((await leaveCart("ben", { sku: "tea-1" })).subject, "Better tea is waiting");
  assert.equal((await leaveCart("cem", { sku: "none" })).subject, "Something is waiting");
});

test("previews and checks know what is in it", async () => {
  const preview = (html) =>
    server.api("POST", "/render", {
      definition: `kind: template\nkey: t\nsubject: S\nhtml: ${JSON.stringify(html)}\n`,
      data: { event: { sku: "cup-1" } },
    });
  const known = await preview("<p>{{ catalogs.products[event.sku].title }}</p>");
  assert.match(known.html, /<p>Cup<\/p>/);
  const codes = ({ checks }) => checks.map(({ code }) => code);
  assert.ok(!codes(known).includes("no_catalog"));
  assert.ok(codes(await preview("{{ catalogs.prices.a }}")).includes("no_catalog"));
  assert.ok(
    codes(await preview("{{ catalogs.products['x-9'].title }}")).includes("no_catalog_item"),
  );
  const planned = await server.api("POST", "/definitions/plan", {
    files: [
      { path: "t.yaml", text: template.replaceAll("catalogs.products", "catalogs.prices") },
      { path: "c.yaml", text: catalog.replace("key: products", "key: other") },
    ],
  });
  assert.deepEqual(
    planned.warnings.map(({ code }) => code).filter((code) => code.startsWith("no_catalog")),
    // Of the subject, and of the HTML.
    ["no_catalog", "no_catalog"],
  );
});

/** The status of a call that says it has so many bytes, of which only the first are ever sent. */
const announce = (bytes) =>
  new Promise((resolve, reject) => {
    const request = http.request(`${server.url}/api/v1/catalogs/products/items`, {
      method: "PUT",
      headers: {
        Authorization: `Bearer ${keys.api}`,
        "Content-Type": "text/csv",
        "Content-Length": bytes,
      },
    });
    request.on("response", (answer) => {
      resolve(answer.statusCode);
      request.destroy();
    });
    request.on("error", reject);
    request.write("sku\n");
  });

test("a file with a fault is refused as a whole, and each fault named", async () => {
  const { status, body } = await put("sku,price\na,1\nb,cheap\na,3\n");
  assert.equal(status, 422);
  assert.equal(body.code, "items_invalid");
  assert.deepEqual(
    body.errors.map(({ item, code, field }) => [item, code, field]),
    [
      [2, "not_a_number", "price"],
      [3, "duplicate_key", "sku"],
    ],
  );
  assert.equal((await server.get("/catalogs/products")).items, 2);
  assert.equal((await put("sku,colour\na,red\n")).body.code, "unknown_member");
  assert.equal(await announce(17 << 20), 413);
  const nobody = await fetch(`${server.url}/api/v1/catalogs/products/items`);
  assert.equal(nobody.status, 401);
});

test("items are listed, searched, shown and removed", async () => {
  const keysOf = (items) => items.map(({ key }) => key);
  assert.deepEqual(keysOf(await server.list("/catalogs/products/items")), ["cup-1", "tea-1"]);
  assert.deepEqual(keysOf(await server.list("/catalogs/products/items?search=BETTER")), ["tea-1"]);
  const one = await server.get("/catalogs/products/items/tea-1");
  assert.deepEqual(one.values, { sku: "tea-1", title: "Better tea" });
  await server.api("DELETE", "/catalogs/products/items/tea-1");
  assert.deepEqual(keysOf(await server.list("/catalogs/products/items")), ["cup-1"]);
});

test("the command line puts, gets and lists", async () => {
  const file = path.join(folder, "more.json");
  await writeFile(file, '{"sku": "pot-1", "title": "Pot", "price": 40}\n');
  assert.equal((await server.run(["catalog", "put", "products", file, "--add"])).code, 0);
  assert.match((await server.run(["catalog", "list"])).stdout, /products +2 items/);
  const got = await server.run(["catalog", "get", "products"]);
  assert.equal(got.stdout, "sku,title,price\r\ncup-1,Cup,8\r\npot-1,Pot,40\r\n");
  const one = await server.run(["catalog", "get", "products", "--item", "pot-1"]);
  assert.equal(one.stdout, '{"sku":"pot-1","title":"Pot","price":40}\n');
  const wrong = await server.run(["catalog", "put", "products", path.join(folder, "journey.yaml")]);
  assert.equal(wrong.code, 1);
  assert.equal((await server.run(["catalog", "get"])).code, 1);
  assert.equal((await server.run(["catalog", "get", "prices"])).code, 1);
  await rm(file);
});

test("an export brings what was changed on the server into the file beside", async () => {
  const exported = await server.run(["export", folder]);
  assert.equal(exported.code, 0, exported.stderr);
  assert.equal(
    await readFile(path.join(folder, "products.csv"), "utf8"),
    "sku,title,price\r\ncup-1,Cup,8\r\npot-1,Pot,40\r\n",
  );
  assert.equal((await server.run(["plan", folder])).code, 0);
});

test("a template is rendered with a folder's catalogs, without a server", async () => {
  const file = path.join(folder, "hello.liquid");
  await writeFile(file, "{{ catalogs.products['pot-1'].title }}");
  const got = await server.run(["render", "--template", file, "--catalogs", folder]);
  assert.equal(got.stdout, "Pot", got.stderr);
  await rm(file);
});

test("an archived catalog is looked up no more, and has its items when it is back", async () => {
  await server.api("DELETE", "/definitions/catalog/products");
  assert.equal((await leaveCart("dan", { sku: "pot-1" })).subject, "Something is waiting");
  await assert.rejects(server.get("/catalogs/products"), { status: 404 });
  await server.api("PUT", "/definitions/catalog/products", { text: catalog });
  assert.equal((await leaveCart("eva", { sku: "pot-1" })).subject, "Pot is waiting");
});
