// Pictures: taken in and served, hostile files, in a mail that was sent, and carried to another server as files.
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { gif, jpeg, jpegFromCamera, png, pngBomb, pngChunk, webp } from "./support/pictures.mjs";
import { Server, keys } from "./support/server.mjs";

const template = `kind: template
key: spring
document:
  v: 1
  subject: Spring
  rows:
    - cols:
        - blocks:
            - { type: image, src: "asset:hero" }
            - { type: legal-footer }
`;
const journey = `kind: journey
key: spring
trigger: {event: Signed Up}
steps:
  - {id: mail, send: {template: spring, topic: news}}
`;
const topic = "kind: topic\nkey: news\nname: News\n";

describe("pictures", () => {
  let server;
  before(async () => {
    server = await Server.start({
      env: { SOJOURN_POSTAL_ADDRESS: "1 Example Street, 75001 Paris" },
    });
  });
  after(() => server?.remove());

  /** A call whose body is a picture; resolves with status and parsed body. */
  const send = async (method, route, bytes, headers = {}) => {
    const answer = await fetch(`${server.url}/api/v1${route}`, {
      method,
      headers: {
        Authorization: `Bearer ${keys.api}`,
        "Content-Type": "application/octet-stream",
        ...headers,
      },
      body: bytes,
    });
    return { status: answer.status, body: await answer.json() };
  };
  const add = (name, bytes, more = "") =>
    send("POST", `/assets?name=${encodeURIComponent(name)}${more}`, bytes);
  const refusal = async (promise) => {
    const { status, body } = await promise;
    return `${status} ${body.code}`;
  };
  const bytesAt = async (url, headers = {}) => {
    const answer = await fetch(url, { headers });
    return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
  };

  test("of each kind are taken in, and served as what they are", async () => {
    const kinds = [
      ["Photo.JPG", jpeg, "image/jpeg", "image/jpeg", [32]],
      ["drawing.png", png(700, 4), "image/png", "image/png", [320, 600, 700]],
      ["moves.gif", gif(), "image/gif", "image/gif", [1]],
      ["small.webp", webp, "image/webp", undefined, [1]],
    ];
    for (const [name, bytes, type, served, widths] of kinds) {
      const { status, body } = await add(name, bytes);
      assert.equal(status, 201, JSON.stringify(body));
      assert.equal(body.key, name.split(".")[0].toLowerCase());
      assert.equal(body.type, type);
      if (served) assert.equal(body.served, served);
      assert.notEqual(body.served, "image/webp");
      assert.deepEqual(
        body.sizes.map(({ width }) => width),
        widths,
      );
      for (const { url } of body.sizes) {
        const { answer, bytes: file } = await bytesAt(url);
        assert.equal(answer.status, 200, url);
        assert.equal(answer.headers.get("content-type"), body.served);
        assert.equal(answer.headers.get("cache-control"), "public, max-age=31536000, immutable");
        assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
        assert.equal(answer.headers.get("content-security-policy"), "default-src 'none'; sandbox");
        assert.ok(file.length > 0);
        const again = await bytesAt(url, { "If-None-Match": answer.headers.get("etag") });
        assert.equal(again.answer.status, 304);
      }
    }
    assert.equal((await server.get("/assets/moves")).animated, true);
  });

  test("keep nothing of the camera, and stand upright", async () => {
    const { body } = await add("from camera", jpegFromCamera());
    assert.deepEqual([body.width, body.height], [16, 32]);
    const { bytes } = await bytesAt(body.sizes[0].url);
    assert.equal(bytes.includes("GPS"), false);
    assert.equal(bytes.includes("Exif"), false);
  });

  test("that are none, or too much, are refused with a code", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
    assert.equal(await refusal(add("a", svg)), "415 unsupported_picture");
    assert.equal(await refusal(add("a.png", "<!doctype html>")), "415 unsupported_picture");
    assert.equal(await refusal(add("a", "")), "400 picture_missing");
    assert.equal(await refusal(add("a", pngBomb(15_000, 15_000))), "422 picture_too_large");
    assert.equal(await refusal(add("a", pngBomb(16_001, 1))), "422 picture_too_large");
    assert.equal(await refusal(add("a", pngBomb(6_000, 4_000))), "422 picture_damaged");
    assert.equal(await refusal(add("a", jpeg.subarray(0, 400))), "422 picture_damaged");
    const heavy = png(1, 1, { chunks: [pngChunk("teXt", Buffer.alloc(15 << 20))] });
    assert.equal(await refusal(add("a", heavy)), "413 picture_too_heavy");
    assert.equal(await refusal(add("", jpeg)), "400 missing_field");
    assert.equal(await refusal(add("a", jpeg, "&key=A%2Fb")), "422 invalid_key");
    assert.equal(await refusal(add("a", jpeg, "&key=photo")), "409 asset_exists");
    const nobody = await fetch(`${server.url}/api/v1/assets?name=a`, {
      method: "POST",
      body: jpeg,
    });
    assert.equal(nobody.status, 401);
    for (const address of ["0".repeat(32) + "/600.png", "x/600.png", "..%2f..%2fetc/passwd"]) {
      assert.equal((await fetch(`${server.url}/assets/${address}`)).status, 404, address);
    }
  });

  test("are listed page by page, and found by name", async () => {
    const all = await server.list("/assets?");
    assert.deepEqual(
      all.map(({ key }) => key),
      ["drawing", "from-camera", "moves", "photo", "small"],
    );
    const first = await server.get("/assets?limit=2");
    assert.equal(first.items.length, 2);
    const found = await server.list("/assets?search=CAMERA");
    assert.deepEqual(
      found.map(({ key }) => key),
      ["from-camera"],
    );
    // The same name again is another key.
    assert.equal((await add("Photo", jpeg)).body.key, "photo-2");
  });

  test("are described by who has seen the present words", async () => {
    const asset = await server.get("/assets/photo");
    assert.equal(asset.alt, null);
    const change = (body, rev) =>
      send("PATCH", "/assets/photo", JSON.stringify(body), {
        "Content-Type": "application/json",
        "If-Match": `"${rev}"`,
      });
    const changed = await change({ alt: "Blue & green" }, asset.rev);
    assert.equal(changed.status, 200);
    assert.equal(changed.body.alt, "Blue & green");
    assert.equal(changed.body.name, "Photo.JPG");
    assert.equal(await refusal(change({ alt: "late" }, asset.rev)), "409 changed_meanwhile");
    assert.equal(await refusal(change({ name: "" }, changed.body.rev)), "400 too_short");
    const long = "a".repeat(1001);
    assert.equal(await refusal(change({ alt: long }, changed.body.rev)), "400 too_long");
  });

  test("show in a mail that is sent, in the size and with the words of the asset", async () => {
    const hero = (await add("Hero", png(1_300, 8), "&alt=A%20%3Cblue%3E%20bar")).body;
    assert.equal(hero.key, "hero");
    await server.api("POST", "/definitions/apply", {
      files: [
        { path: "templates/spring.yaml", text: template },
        { path: "journeys/spring.yaml", text: journey },
        { path: "topics/news.yaml", text: topic },
      ],
    });
    await server.ingest("identify", { userId: "ana", traits: { email: "ana@example.com" } });
    await server.ingest("track", { userId: "ana", event: "Signed Up" });
    const mail = await eventually("the mail is there", async () => {
      const [one] = await server.list("/mailbox?to=ana%40example.com");
      return one && server.get(`/mailbox/${one.id}`);
    });
    const [, attributes] = /<img ([^>]*assets\/[^>]*)>/.exec(mail.html);
    assert.match(attributes, /alt="A &lt;blue&gt; bar"/);
    assert.match(attributes, /width="520" height="3"/);
    const [, src] = /src="([^"]*)"/.exec(attributes);
    const [, plain, fine] = /srcset="([^ "]*) 1x, ([^ "]*) 2x"/.exec(attributes);
    assert.equal(plain, hero.sizes.find(({ width }) => width === 600).url);
    assert.equal(fine, hero.sizes.find(({ width }) => width === 1_200).url);
    assert.equal(src, fine);
    for (const url of [plain, fine]) assert.equal((await fetch(url)).status, 200);
    assert.deepEqual((await server.get("/assets/hero")).usedIn, [
      { kind: "template", key: "spring", name: "spring" },
    ]);
  });

  test("stay while they are used, and change everywhere at once", async () => {
    const before = await server.get("/assets/hero");
    assert.equal(await refusal(send("DELETE", "/assets/hero")), "409 asset_in_use");
    const { body: replaced } = await send("PUT", "/assets/hero/picture", png(640, 8));
    assert.notEqual(replaced.picture, before.picture);
    assert.equal(replaced.alt, before.alt);
    const preview = await server.api("POST", "/render", { template: "spring" });
    assert.ok(preview.html.includes(replaced.sizes.find(({ width }) => width === 600).url));
    // Mails that were sent show what they were sent with.
    assert.equal((await fetch(before.sizes[0].url)).status, 200);
  });

  test("that are removed are gone", async () => {
    const { body } = await add("gone", png(9, 9));
    await server.api("DELETE", "/assets/gone");
    assert.equal((await fetch(body.sizes[0].url)).status, 404);
    assert.equal(await refusal(send("GET", "/assets/gone")), "404 unknown_asset");
  });

  test("an unknown one is a problem of the plan, with its line", async () => {
    const plan = await server.api("POST", "/definitions/plan", {
      files: [{ path: "t.yaml", text: template.replace("asset:hero", "asset:nobody") }],
    });
    assert.equal(plan.problems[0].code, "unknown_asset");
    assert.equal(plan.problems[0].line, 9);
  });

  test("the command line adds, shows, lists, replaces and removes", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "sojourn-pictures-"));
    try {
      const file = path.join(folder, "Blue bar.png");
      await writeFile(file, png(640, 9));
      const added = await server.run(["asset", "add", file, "--alt", "A blue bar"]);
      assert.equal(added.code, 0, added.stderr);
      assert.match(added.stdout, /^asset:blue-bar$/m);
      assert.match((await server.run(["asset", "list"])).stdout, /^blue-bar +640 x 9 /m);
      assert.match((await server.run(["asset", "show", "blue-bar"])).stdout, /alt +A blue bar/);
      await writeFile(file, png(641, 9));
      assert.equal((await server.run(["asset", "replace", "blue-bar", file])).code, 0);
      assert.equal((await server.get("/assets/blue-bar")).width, 641);
      assert.equal((await server.run(["asset", "remove", "hero"])).code, 1);
      assert.equal((await server.run(["asset", "remove", "blue-bar"])).code, 0);
      assert.equal((await server.run(["asset", "show", "blue-bar"])).code, 1);
      await writeFile(file, "<svg/>");
      const refused = await server.run(["asset", "add", file]);
      assert.deepEqual([refused.code, /no PNG, JPEG, GIF or WebP/.test(refused.stderr)], [1, true]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("a workspace as text carries them to another server", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "sojourn-pictures-"));
    const other = await Server.start();
    try {
      const exported = await server.run(["export", folder]);
      assert.equal(exported.code, 0, exported.stderr);
      const files = (await readdir(path.join(folder, "assets"))).sort();
      assert.deepEqual(
        files.filter((name) => /hero|photo\.|moves/.test(name)),
        ["hero.png", "hero.yaml", "moves.gif", "moves.yaml", "photo.jpg", "photo.yaml"],
      );
      assert.equal((await server.run(["export", folder])).stdout.includes("assets"), false);
      const planned = await other.run(["plan", folder]);
      assert.equal(planned.code, 2, planned.stdout);
      await assert.rejects(other.get(`/pictures/${"0".repeat(32)}`), { status: 404 });
      const applied = await other.run(["apply", folder, "--yes"]);
      assert.equal(applied.code, 0, applied.stderr + applied.stdout);
      assert.match(applied.stdout, /^uploaded assets\/hero\.png$/m);
      for (const key of ["hero", "photo", "moves", "small"]) {
        const [here, there] = [
          await server.get(`/assets/${key}`),
          await other.get(`/assets/${key}`),
        ];
        assert.equal(there.picture, here.picture);
        assert.equal(there.present, true);
        for (let i = 0; i < here.sizes.length; ++i) {
          assert.deepEqual(
            (await bytesAt(there.sizes[i].url)).bytes,
            (await bytesAt(here.sizes[i].url)).bytes,
          );
        }
      }
      assert.equal((await other.run(["plan", folder])).code, 0);
      // A picture that was changed in the folder is told, and not taken for the old one.
      await writeFile(path.join(folder, "assets", "hero.png"), png(5, 5));
      const differs = await other.run(["plan", folder]);
      assert.equal(differs.code, 1);
      assert.match(differs.stderr, /assets\/hero\.png is not the picture that/);
      const [file, key] = [path.join(folder, "assets", "hero.png"), "hero"];
      const added = await other.run(["asset", "add", file, "--key", key, "--to", folder]);
      assert.equal(added.code, 0, added.stderr);
      assert.equal((await other.run(["apply", folder, "--yes"])).code, 0);
      assert.equal((await other.get("/assets/hero")).width, 5);
      assert.match(await readFile(path.join(folder, "assets", "hero.yaml"), "utf8"), /width: 5/);
    } finally {
      await other.remove();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
