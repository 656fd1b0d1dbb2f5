// Mails to the hosts of their recipients, without a relay: found by a real name server, taken by npm's smtp-server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SMTPServer } from "smtp-server";
import { eventually } from "./support/eventually.mjs";
import { sender } from "./support/inboxes.mjs";
import { keepMail } from "./support/kept_mails.mjs";
import { startNameServer } from "./support/name_server.mjs";
import { Server } from "./support/server.mjs";

/** Recipients of the mails that were taken. */
const taken = [];
/** What is said of a recipient; absent: nothing. */
const refusals = new Map();

let names;
let hosts;
let url;
let server;
before(async () => {
  names = await startNameServer();
  hosts = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    logger: false,
    onRcptTo({ address }, _session, done) {
      const said = refusals.get(address.split("@")[1]);
      done(said && Object.assign(new Error(said), { responseCode: 550 }));
    },
    async onData(stream, { envelope, remoteAddress, hostNameAppearsAs }, done) {
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      const from = envelope.mailFrom.address;
      await keepMail(url, Buffer.concat(chunks), {
        from,
        ip: remoteAddress,
        hello: hostNameAppearsAs,
      });
      taken.push(...envelope.rcptTo.map(({ address }) => address));
      done();
    },
  });
  await new Promise((resolve) => hosts.listen(0, "127.0.0.1", resolve));
  url = `mx:?port=${hosts.server.address().port}`;
  await names.publish([
    "good.example. IN MX 10 gone.good.example.",
    "good.example. IN MX 20 mx.good.example.",
    "gone.good.example. IN A 127.0.0.99",
    "mx.good.example. IN A 127.0.0.1",
    "none.example. IN MX 0 .",
    "inside.example. IN A 10.0.0.1",
    "strict.example. IN A 127.0.0.1",
  ]);
  server = await Server.start({
    env: {
      ...sender,
      SOJOURN_SMTP_URL: url,
      SOJOURN_DNS: names.address,
      SOJOURN_MAIL_ALLOW: "127.0.0.0/8",
    },
  });
  await server.apply("tests/e2e/workspaces/welcome");
});
after(async () => {
  await server?.remove();
  await new Promise((resolve) => hosts.close(resolve));
  await names?.close();
});

async function signUp(userId, domain) {
  const answer = await server.ingest("track", {
    userId,
    event: "Signed Up",
    context: { traits: { email: `${userId}@${domain}` } },
  });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

/** The contact's message once it is in one of these states. */
const message = (userId, ...states) =>
  eventually(`the mail of ${userId} is ${states.join(" or ")}`, async () => {
    const messages = await server.list(`/messages?contact=${userId}`);
    return messages.find(({ status }) => states.includes(status));
  });

test("a mail goes to the next mail host where the first is gone", async () => {
  await signUp("ana", "good.example");
  await message("ana", "sent");
  assert.deepEqual(taken, ["ana@good.example"]);
  taken.length = 0;
});

test("an address of any letters goes to a host that takes such", async () => {
  await signUp("jörg", "good.example");
  await message("jörg", "sent");
  assert.deepEqual(taken, ["jörg@good.example"]);
  taken.length = 0;
});

test("a domain that takes no mail, and one that is not, are hard bounces", async () => {
  for (const [userId, domain] of [
    ["ben", "none.example"],
    ["cleo", "absent.example"],
  ]) {
    await signUp(userId, domain);
    assert.match((await message(userId, "failed", "bounced")).reason, /^hard bounce: 5\.1\./);
  }
});

test("an address inside the network that nobody allowed is never connected to", async () => {
  await signUp("dora", "inside.example");
  assert.match((await message("dora", "failed")).reason, /^route: .* off the public internet$/);
});

test("sending stops where receivers refuse the sender's domain, and says so", async () => {
  refusals.set("strict.example", "5.7.26 sender.example is unauthenticated");
  for (const userId of ["emil", "finn", "gina"]) await signUp(userId, "strict.example");
  const sending = await eventually("sending stops", async () => {
    const state = await server.get("/sending");
    return state.stopped && state;
  });
  assert.match(sending.reason, /mails from sender\.example are refused: 550 5\.7\.26/);
  refusals.clear();
  await server.api("POST", "/sending/resume");
  await server.advance("10m");
  for (const userId of ["emil", "finn", "gina"]) await message(userId, "sent");
});
