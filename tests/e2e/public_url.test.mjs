// Where the links in mails lead when nobody set SOJOURN_PUBLIC_URL: to what set-up was told, from the next mail on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { inboxes } from "./support/inboxes.mjs";
import { keys, Server } from "./support/server.mjs";
import { definitionFiles } from "./support/workspaces.mjs";

const told = "https://news.shop.example";

let inbox;
let server;
before(async () => {
  inbox = await inboxes["npm smtp-server"]();
  server = await Server.start({
    env: { ...inbox.env, SOJOURN_PUBLIC_URL: "" },
    unattended: false,
  });
});
after(async () => {
  await server?.remove();
  await inbox?.close();
});

async function post(route, body, key) {
  const answer = await fetch(`${server.url}/api/v1${route}`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...(key ? { Authorization: `Bearer ${key}` } : {}),
    },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${route}: ${answer.status}`);
  return answer.json();
}

test("every link of a mail begins with the address that set-up was told", async () => {
  const setup = await post("/setup", {
    workspaceName: "Shop",
    email: keys.email,
    password: keys.password,
    publicUrl: told,
  });
  const files = await definitionFiles("tests/e2e/workspaces/welcome");
  await post("/definitions/apply", { files, yes: true }, setup.apiKey);
  const event = {
    userId: "ana",
    event: "Signed Up",
    context: { traits: { email: "ana@visitor.example" } },
  };
  const answer = await server.ingest("track", event, { key: setup.serverKey });
  assert.equal(answer.status, 200);
  const mail = await eventually("Ana got her mail", async () => {
    const [first] = await inbox.mailsTo("ana@visitor.example", server);
    return first;
  });
  assert.match(mail.html, new RegExp(`${told}/o/`));
  assert.match(mail.header("List-Unsubscribe"), new RegExp(`<${told}/u/`));
  assert.ok(!mail.html.includes(server.url), "none leads to where the server listens");
});
