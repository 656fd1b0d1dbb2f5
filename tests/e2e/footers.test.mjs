// Marketing shows where its sender lives and how to get no more: what does not is refused when it is
// published, and a campaign that would send it does not start.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { ApiError, Server } from "./support/server.mjs";

const template = (key, html, more = "") =>
  `kind: template\nkey: ${key}\nsubject: News\nhtml: |\n  ${html}\n${more}`;
const whole =
  '<p>News. <a href="{{ unsubscribe_url }}">Unsubscribe</a> {{ workspace.postal_address }}</p>';
const campaign = "kind: campaign\nkey: letter\naudience: everyone\ntemplate: news\n";

describe("the footer of marketing", () => {
  let server;
  let folder;
  before(async () => {
    server = await Server.start({ env: { SOJOURN_POSTAL_ADDRESS: "" } });
    folder = await mkdtemp(path.join(tmpdir(), "sojourn-footers-"));
  });
  after(async () => {
    await server?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const apply = async (files) => {
    for (const [name, text] of Object.entries(files))
      await writeFile(path.join(folder, name), text);
    return server.run(["apply", folder, "--yes"]);
  };

  test("what lacks it is refused, with the template, the part and what is missing", async () => {
    const refused = await apply({
      "news.yaml": template("news", "<p>News.</p>"),
      "c.yaml": campaign,
    });
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /news\.yaml:4: .*template "news" goes out as marketing/);
    const plan = await server.run(["plan", folder]);
    const said = plan.stdout + plan.stderr;
    assert.match(said, /news\.yaml:4/);
    assert.match(said, /template "news" goes out as marketing, and its HTML has neither/);
    assert.match(said, /its text does not show \{\{ workspace\.postal_address \}\}/);
    assert.equal(
      (await server.list("/templates")).some(({ key }) => key === "news"),
      false,
    );
  });

  test("with both it is published, and so is a receipt without", async () => {
    const receipt = template("receipt", "<p>Thank you.</p>", "class: transactional\n");
    const applied = await apply({ "news.yaml": template("news", whole), "receipt.yaml": receipt });
    assert.equal(applied.code, 0, applied.stderr);
  });

  test("where mails leave a server that has no address, a campaign does not start", async () => {
    await server.stop();
    server.options.env.SOJOURN_SMTP_URL = "smtp://127.0.0.1:9";
    server.options.env.SOJOURN_FROM = "News <news@sender.example>";
    await server.launch();
    const error = await server.api("POST", "/campaigns/letter/start").catch((refused) => refused);
    assert.ok(error instanceof ApiError, "it started");
    assert.equal(error.status, 422);
    assert.equal(error.problem.code, "no_postal_address");
    assert.equal(error.problem.value, "news");
    assert.match(error.problem.detail, /SOJOURN_POSTAL_ADDRESS/);
    assert.equal((await server.get("/campaigns/letter")).state, "draft");
  });
});
