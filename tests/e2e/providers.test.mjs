// Mails by the HTTP API of each provider: what leaves, what comes back by its webhook, and what is forged. The fakes are
// asked by the providers' own SDKs first, so that they are more than our reading of the documentation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageRejected, SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { EventWebhook } from "@sendgrid/eventwebhook";
import sendgrid from "@sendgrid/mail";
import Mailgun from "mailgun.js";
import { authenticate } from "mailauth";
import postmark from "postmark";
import { eventually } from "./support/eventually.mjs";
import {
  FakeMailgun,
  FakePostmark,
  FakeSendGrid,
  FakeSes,
  post,
  referenceName,
  services,
} from "./support/providers.mjs";
import { Server } from "./support/server.mjs";

const raw = "From: a@brand.example\r\nTo: b@example.com\r\nSubject: Hi\r\n\r\nHello\r\n";

/** Sends a mail by the provider's SDK, and says what its error is called where it is refused. */
const bySdk = {
  async ses({ peer }) {
    const client = new SESv2Client({
      endpoint: peer.url,
      region: FakeSes.region,
      credentials: { accessKeyId: FakeSes.key, secretAccessKey: FakeSes.secret },
      maxAttempts: 1,
    });
    const send = () =>
      client.send(
        new SendEmailCommand({
          Destination: { ToAddresses: ["b@example.com"] },
          Content: { Raw: { Data: Buffer.from(raw) } },
          EmailTags: [{ Name: referenceName, Value: "1-a" }],
        }),
      );
    return {
      send,
      id: (answer) => answer.MessageId,
      refusal: [400, "MessageRejected", "no"],
      is: (e) => e instanceof MessageRejected,
    };
  },
  async sendgrid({ peer }) {
    sendgrid.setApiKey(FakeSendGrid.key);
    sendgrid.client.setDefaultRequest("baseUrl", `${peer.url}/`);
    const send = () =>
      sendgrid.send({
        to: "b@example.com",
        from: "a@brand.example",
        subject: "Hi",
        text: "Hello",
        customArgs: { [referenceName]: "1-a" },
      });
    return {
      send,
      id: ([answer]) => answer.statusCode === 202 && answer.headers["x-message-id"],
      refusal: [403, "The from address does not match a verified Sender Identity."],
      is: (error) => error.code === 403 && /verified/.test(error.response.body.errors[0].message),
    };
  },
  async postmark({ peer }) {
    const client = new postmark.ServerClient(FakePostmark.token, {
      requestHost: new URL(peer.url).host,
      useHttps: false,
    });
    const send = () =>
      client.sendEmail({
        From: "a@brand.example",
        To: "b@example.com",
        Subject: "Hi",
        TextBody: "Hello",
        Metadata: { [referenceName]: "1-a" },
      });
    return {
      send,
      id: (answer) => answer.ErrorCode === 0 && answer.MessageID,
      refusal: [422, 406, "You tried to send to a recipient that has been marked as inactive."],
      is: (error) => error instanceof postmark.Errors.InactiveRecipientsError,
    };
  },
  async mailgun({ peer }) {
    const client = new Mailgun(FormData).client({
      username: "api",
      key: FakeMailgun.key,
      url: peer.url,
    });
    const send = () =>
      client.messages.create(FakeMailgun.domain, {
        to: "b@example.com",
        message: new File([raw], "mail.eml"),
        [`v:${referenceName}`]: "1-a",
      });
    return {
      send,
      id: (answer) => answer.id,
      refusal: [403, "Sandbox subdomains are for test purposes only."],
      is: (error) => error.status === 403 && /Sandbox/.test(error.details),
    };
  },
};

for (const [name, Fake] of Object.entries(services)) {
  test(`the fake ${name} is what its SDK takes for ${name}`, async (t) => {
    const fake = await Fake.start();
    t.after(() => fake.stop());
    const sdk = await bySdk[name](fake);
    assert.ok(sdk.id(await sdk.send()), "the SDK finds the id of the mail");
    assert.equal(fake.mails[0].to, "b@example.com");
    assert.equal(fake.mails[0].reference, "1-a");
    fake.refuse = sdk.refusal;
    await assert.rejects(sdk.send(), (error) => sdk.is(error) || assert.fail(error));
    assert.equal(fake.mails.length, 1);
    if (name === "sendgrid") {
      const { body, headers } = fake.report("hard", { to: "b@example.com", reference: "1-a" });
      const verifier = new EventWebhook();
      const said = verifier.verifySignature(
        verifier.convertPublicKeyToECDSA(fake.publicKey),
        body,
        headers["X-Twilio-Email-Event-Webhook-Signature"],
        headers["X-Twilio-Email-Event-Webhook-Timestamp"],
      );
      assert.equal(said, true);
    }
  });

  test(`mails through ${name}: sent, bounced, and no other to the same address`, async (t) => {
    const fake = await Fake.start();
    let server;
    t.after(async () => {
      await server?.remove();
      await fake.stop();
    });
    server = await Server.start({
      env: { SOJOURN_FROM: "Brand <hello@sender.example>", ...fake.env },
      virtualClock: false,
      signs: false,
    });
    await server.apply("tests/e2e/workspaces/welcome");
    const track = async (userId, event) => {
      const traits = { email: `${userId}@visitor.example` };
      const answer = await server.ingest("track", { userId, event, context: { traits } });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    };
    const messageOf = async (userId, template = "welcome") => {
      const messages = await server.list(`/messages?contact=${userId}`);
      return messages.find((message) => message.template === template || message.step === template);
    };
    const events = async (wanted) =>
      (await server.list("/events")).filter((event) => event.name === wanted);
    const { provider, webhook, lacksKey } = await server.get("/provider");

    await t.test(
      "a mail leaves with all that it needs, and nothing of the provider's",
      async () => {
        await track("ann", "Signed Up");
        const mail = await eventually("the mail", () => fake.mails[0]);
        assert.equal(mail.to, "ann@visitor.example");
        assert.match(mail.reference, /^\d+-[a-z2-7]{26}$/);
        assert.match(mail.fields["list-unsubscribe"], /^<http.*\/u\//);
        assert.equal(mail.fields["list-unsubscribe-post"], "List-Unsubscribe=One-Click");
        assert.match(mail.fields["message-id"], /@sender\.example>$/);
        await eventually("it is sent", async () => (await messageOf("ann"))?.status === "sent");
        if (name === "postmark") assert.equal(mail.sent.MessageStream, "news");
        if (name === "mailgun") assert.equal(mail.sent["o:tracking"], "no");
      },
    );

    await t.test("reports that are forged are refused, others change nothing", async () => {
      assert.equal(provider, name);
      assert.equal(lacksKey, false);
      const bounce = fake.report("hard", fake.mails[0]);
      const elsewhere = webhook.replace(/.$/, (last) => (last === "a" ? "b" : "a"));
      assert.equal((await post(elsewhere, bounce)).status, 403);
      if (fake.forge) {
        const { status, body } = await post(webhook, fake.forge(bounce));
        assert.equal(status, 403);
        assert.equal(body.code, "forged_report");
      }
      const foreign = {
        to: "ann@visitor.example",
        reference: fake.mails[0].reference.slice(0, -1) + "0",
      };
      for (const report of [
        fake.report("delivered", fake.mails[0]),
        fake.report("hard", foreign),
      ]) {
        assert.deepEqual(await post(webhook, report), { status: 200, body: { reports: 0 } });
      }
      assert.equal((await events("Message Bounced")).length, 0);
    });

    await t.test(
      "a bounce is one event, however often it is told, and ends mails to the address",
      async () => {
        const bounce = fake.report("hard", fake.mails[0]);
        for (let i = 0; i < 2; ++i) {
          assert.deepEqual(await post(webhook, bounce), { status: 200, body: { reports: 1 } });
        }
        const bounced = await eventually(
          "the event",
          async () => (await events("Message Bounced"))[0],
        );
        assert.equal(bounced.properties?.reason ?? "unknown_user", "unknown_user");
        assert.equal((await events("Message Bounced")).length, 1);
        await track("ann", "Reminder Asked");
        await eventually(
          "it is held back",
          async () => (await messageOf("ann", "reminder"))?.status === "skipped",
        );
        assert.equal(fake.mails.length, 1);
      },
    );

    await t.test("a complaint unsubscribes", async () => {
      await track("ben", "Signed Up");
      const mail = await eventually("the mail", () => fake.mails[1]);
      await eventually("it is sent", async () => (await messageOf("ben"))?.status === "sent");
      assert.equal((await post(webhook, fake.report("complaint", mail))).status, 200);
      await eventually("the event", async () => (await events("Spam Reported"))[0]);
      await track("ben", "Reminder Asked");
      await eventually(
        "it is held back",
        async () => (await messageOf("ben", "reminder"))?.status === "skipped",
      );
    });

    await t.test("what was asked can be looked at, without secrets", async () => {
      const exchanges = await server.list("/provider/exchanges");
      assert.equal(exchanges.length, 2);
      assert.equal(exchanges[1].key, fake.mails[0].reference);
      for (const { service, operation, status, outcome } of exchanges) {
        assert.deepEqual(
          { service, operation, outcome },
          { service: name, operation: "send", outcome: "answered" },
        );
        assert.ok(status >= 200 && status < 300);
      }
      const secrets = [FakeSes.secret, FakeSendGrid.key, FakePostmark.token, FakeMailgun.key];
      const shown = JSON.stringify(exchanges) + server.log.join("\n");
      for (const secret of secrets) assert.ok(!shown.includes(secret));
    });
  });
}

test("our signature outlives what Amazon SES rewrites", async (t) => {
  const fake = await FakeSes.start();
  let server;
  t.after(async () => {
    await server?.remove();
    await fake.stop();
  });
  server = await Server.start({
    env: { SOJOURN_FROM: "Brand <hello@sender.example>", ...fake.env },
    virtualClock: false,
    signs: false,
  });
  await server.apply("tests/e2e/workspaces/welcome");
  await server.command("domain", "add", "sender.example");
  await server.command("domain", "activate", "sender.example");
  await server.ingest("track", {
    userId: "ann",
    event: "Signed Up",
    context: { traits: { email: "ann@visitor.example" } },
  });
  const mail = await eventually("the mail", () => fake.mails[0]);
  assert.equal(mail.raw.match(/^DKIM-Signature:/gim).length, 1, "SES takes no field twice");
  const rewritten = mail.raw
    .replace(/^Message-ID: .*$/m, "Message-ID: <0100@eu-west-1.amazonses.com>")
    .replace(/^Date: .*$/m, "Date: Mon, 2 Mar 2026 12:00:00 +0000");
  assert.notEqual(rewritten, mail.raw);
  const { records } = await server.get("/sender-domains/sender.example");
  const known = Object.fromEntries(records.map(({ name, value }) => [name, value]));
  const resolver = async (name, type) => {
    if (type === "TXT" && known[name.toLowerCase()]) return [[known[name.toLowerCase()]]];
    throw Object.assign(new Error(`no ${type} of ${name}`), { code: "ENOTFOUND" });
  };
  const { dkim } = await authenticate(Buffer.from(rewritten, "latin1"), {
    ip: "192.0.2.1",
    helo: "a.amazonses.com",
    sender: "bounce@eu-west-1.amazonses.com",
    resolver,
    disableArc: true,
    disableBimi: true,
  });
  assert.deepEqual(
    dkim.results.map(({ status, signingDomain }) => [status.result, signingDomain]),
    [["pass", "sender.example"]],
  );
});

test("Amazon SNS is answered where it asks whether the address wants its topic", async (t) => {
  const fake = await FakeSes.start();
  let server;
  t.after(async () => {
    await server?.remove();
    await fake.stop();
  });
  server = await Server.start({
    env: { SOJOURN_FROM: "hello@sender.example", ...fake.env },
    signs: false,
  });
  const { webhook } = await server.get("/provider");
  const asked = fake.sns({
    Type: "SubscriptionConfirmation",
    Message: "You have chosen to subscribe",
    Token: "t0",
    SubscribeURL: "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t0",
  });
  assert.equal((await post(webhook, asked)).status, 200);
  assert.deepEqual(fake.confirmed, ["/?Action=ConfirmSubscription&Token=t0"]);
});

test("a provider that refuses our key is asked once, and mails wait", async (t) => {
  const fake = await FakePostmark.start();
  let server;
  t.after(async () => {
    await server?.remove();
    await fake.stop();
  });
  const url = fake.url.replace(FakePostmark.token, "wrong-token");
  server = await Server.start({
    env: { SOJOURN_FROM: "hello@sender.example", ...fake.env, SOJOURN_SMTP_URL: url },
    virtualClock: false,
    signs: false,
  });
  await server.apply("tests/e2e/workspaces/welcome");
  for (const userId of ["ann", "ben", "cleo"]) {
    const traits = { email: `${userId}@visitor.example` };
    await server.ingest("track", { userId, event: "Signed Up", context: { traits } });
    if (userId !== "ann") continue;
    await eventually(
      "it is deferred",
      async () => (await server.list("/messages"))[0]?.status === "retry",
    );
  }
  await eventually("all are queued", async () => (await server.list("/messages")).length === 3);
  assert.equal(fake.peer.requests.length, 1);
  assert.ok(!server.log.join("\n").includes("wrong-token"));
});
