// Services that take mails over HTTP, on loopback, as far as Sojourn uses them. That they speak as the real ones do is
// shown by each service's own SDK (providers.test.mjs). A mail is kept as `{to, reference, fields, raw?}`.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SignatureV4 } from "@smithy/signature-v4";
import { Peer } from "./peer.mjs";

export const referenceName = "sojourn-message";

const json = (value, status = 200, headers = {}) => ({
  status,
  body: JSON.stringify(value),
  headers: { "Content-Type": "application/json", ...headers },
});

/** SHA-256 in the form in which Amazon's signer asks for it; with a key it is an HMAC. */
class Sha256 {
  constructor(key) {
    this.hash = key ? crypto.createHmac("sha256", key) : crypto.createHash("sha256");
  }
  update(bytes) {
    this.hash.update(bytes);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
}

/** The header fields of a mail, unfolded, by their names in lower case. */
function fieldsOf(raw) {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replace(/\r\n[ \t]/g, " ");
  const fields = head.split("\r\n").map((line) => /^([^:]+):\s*(.*)$/.exec(line));
  return Object.fromEntries(fields.map(([, name, value]) => [name.toLowerCase(), value]));
}

/** What the services have in common: a peer, what it took, and whom it refuses. */
class Service {
  static async start() {
    const service = new this();
    service.mails = [];
    /** Addresses that it says are dead, or the whole answer to everybody. */
    service.refuse = undefined;
    service.peer = await Peer.start((request) => service.take(request));
    await service.prepare();
    return service;
  }
  async prepare() {}
  stop() {
    return this.peer.stop();
  }
  get endpoint() {
    return `endpoint=${encodeURIComponent(this.peer.url)}`;
  }
  get env() {
    return { SOJOURN_SMTP_URL: this.url, SOJOURN_MAIL_ALLOW: "127.0.0.0/8", ...this.webhookEnv };
  }
  get webhookEnv() {
    return {};
  }
}

export class FakeSes extends Service {
  static key = "AKIAIOSFODNN7EXAMPLE";
  static secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  static region = "eu-west-1";

  prepare() {
    const folder = mkdtempSync(path.join(tmpdir(), "sojourn-sns-"));
    const [keyFile, pemFile] = [path.join(folder, "key.pem"), path.join(folder, "sns.pem")];
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"];
    const subject = ["-subj", "/CN=sns.amazonaws.com", "-keyout", keyFile, "-out", pemFile];
    execFileSync("openssl", [...request, ...subject], { stdio: "ignore" });
    this.snsKey = readFileSync(keyFile, "utf8");
    this.certificate = readFileSync(pemFile, "utf8");
    this.confirmed = [];
    rmSync(folder, { recursive: true });
  }
  get url() {
    const secret = encodeURIComponent(FakeSes.secret);
    return `ses://${FakeSes.key}:${secret}@${FakeSes.region}?configuration_set=news&${this.endpoint}`;
  }

  async take(request) {
    if (request.path === "/sns.pem") return { status: 200, body: this.certificate };
    if (request.path.startsWith("/?Action=ConfirmSubscription")) {
      this.confirmed.push(request.path);
      return { status: 200, body: "<ok/>" };
    }
    if (request.method !== "POST" || request.path !== "/v2/email/outbound-emails") {
      return json({ message: "unknown operation" }, 404);
    }
    const error = (status, type, message) =>
      json({ message }, status, { "x-amzn-ErrorType": `${type}:` });
    if (request.headers.authorization !== (await this.signatureOf(request))) {
      return error(403, "SignatureDoesNotMatch", "The request signature does not match");
    }
    if (this.refuse) return error(...this.refuse);
    const { Content, Destination, EmailTags = [] } = JSON.parse(request.body);
    const raw = Buffer.from(Content.Raw.Data, "base64").toString("latin1");
    this.mails.push({
      to: Destination.ToAddresses[0],
      reference: EmailTags.find(({ Name }) => Name === referenceName)?.Value,
      fields: fieldsOf(raw),
      raw,
    });
    return json({ MessageId: crypto.randomUUID() });
  }

  /** What Amazon's own signer says of the request that came. */
  async signatureOf({ method, path: route, headers, body }) {
    const signer = new SignatureV4({
      credentials: { accessKeyId: FakeSes.key, secretAccessKey: FakeSes.secret },
      region: FakeSes.region,
      service: "ses",
      sha256: Sha256,
      // The hash of the body is signed in any case; as a field it is for Amazon S3.
      applyChecksum: false,
    });
    const names = /SignedHeaders=([^,]*)/.exec(headers.authorization ?? "")?.[1].split(";") ?? [];
    const at = headers["x-amz-date"]?.replace(
      /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/,
      "$1-$2-$3T$4:$5:$6Z",
    );
    if (!at || Math.abs(Date.now() - Date.parse(at)) > 300_000) return null;
    const signed = await signer.sign(
      {
        method,
        protocol: "http:",
        hostname: "127.0.0.1",
        path: route,
        query: {},
        headers: Object.fromEntries(names.map((name) => [name, headers[name]])),
        body,
      },
      { signingDate: new Date(at), signableHeaders: new Set(names) },
    );
    return signed.headers.authorization;
  }

  /** An SNS message around what SES publishes, as it is posted. */
  sns(members) {
    const message = {
      MessageId: crypto.randomUUID(),
      TopicArn: "arn:aws:sns:eu-west-1:123456789012:ses",
      Timestamp: new Date().toISOString(),
      SignatureVersion: "2",
      SigningCertURL: "https://sns.eu-west-1.amazonaws.com/sns.pem",
      ...members,
    };
    const names = [
      "Message",
      "MessageId",
      "SubscribeURL",
      "Subject",
      "Timestamp",
      "Token",
      "TopicArn",
      "Type",
    ];
    const text = names
      .filter((name) => message[name] !== undefined)
      .map((name) => `${name}\n${message[name]}\n`)
      .join("");
    const Signature = crypto.sign("sha256", Buffer.from(text), this.snsKey).toString("base64");
    return {
      body: JSON.stringify({ ...message, Signature }),
      headers: { "Content-Type": "text/plain" },
    };
  }
  report(kind, { to, reference }) {
    const mail = { messageId: "m", destination: [to], tags: { [referenceName]: [reference] } };
    const events = {
      hard: {
        eventType: "Bounce",
        bounce: {
          bounceType: "Permanent",
          bounceSubType: "General",
          feedbackId: crypto.randomUUID(),
          bouncedRecipients: [
            {
              emailAddress: to,
              action: "failed",
              status: "5.1.1",
              diagnosticCode: "smtp; 550 5.1.1 user unknown",
            },
          ],
        },
      },
      complaint: { eventType: "Complaint", complaint: { feedbackId: crypto.randomUUID() } },
      delivered: { eventType: "Delivery", delivery: {} },
    };
    return this.sns({ Type: "Notification", Message: JSON.stringify({ ...events[kind], mail }) });
  }
  forge(report) {
    return { ...report, body: report.body.replace("user unknown", "user unknowm") };
  }
}

export class FakeSendGrid extends Service {
  static key = "SG.e2e.key";

  prepare() {
    this.keys = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.publicKey = this.keys.publicKey.export({ type: "spki", format: "der" }).toString("base64");
  }
  get url() {
    return `sendgrid://${FakeSendGrid.key}@global?${this.endpoint}`;
  }
  get webhookEnv() {
    return { SOJOURN_PROVIDER_WEBHOOK_KEY: this.publicKey };
  }

  take(request) {
    if (request.method !== "POST" || request.path !== "/v3/mail/send")
      return json({ errors: [] }, 404);
    const refuse = (status, message) =>
      json({ errors: [{ message, field: null, help: null }] }, status);
    if (request.headers.authorization !== `Bearer ${FakeSendGrid.key}`) {
      return refuse(401, "The provided authorization grant is invalid, expired, or revoked");
    }
    if (this.refuse) return refuse(...this.refuse);
    const mail = JSON.parse(request.body);
    const fields = Object.entries(mail.headers ?? {});
    this.mails.push({
      to: mail.personalizations[0].to[0].email,
      reference: mail.custom_args?.[referenceName],
      fields: Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value])),
      sent: mail,
    });
    return { status: 202, headers: { "X-Message-Id": crypto.randomUUID() } };
  }

  report(kind, { to, reference }) {
    const events = {
      hard: { event: "bounce", type: "bounce", status: "5.1.1", reason: "550 5.1.1 user unknown" },
      complaint: { event: "spamreport" },
      delivered: { event: "delivered", response: "250 OK" },
    };
    const event = {
      email: to,
      timestamp: Math.floor(Date.now() / 1000),
      sg_event_id: crypto.randomUUID(),
      [referenceName]: reference,
      ...events[kind],
    };
    // As SendGrid writes it: a list over several lines.
    const body = `[${JSON.stringify(event)}]\r\n`;
    const timestamp = String(event.timestamp);
    const signature = crypto.sign("sha256", Buffer.from(timestamp + body), this.keys.privateKey);
    return {
      body,
      headers: {
        "Content-Type": "application/json",
        "X-Twilio-Email-Event-Webhook-Signature": signature.toString("base64"),
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
      },
    };
  }
  forge(report) {
    return { ...report, body: report.body.replace("unknown", "unknowm") };
  }
}

export class FakePostmark extends Service {
  static token = "e2e-server-token";

  get url() {
    return `postmark://${FakePostmark.token}@global?marketing=news&${this.endpoint}`;
  }

  take(request) {
    if (request.method !== "POST" || request.path !== "/email") return json({}, 404);
    const refuse = (status, ErrorCode, Message) => json({ ErrorCode, Message }, status);
    if (request.headers["x-postmark-server-token"] !== FakePostmark.token) {
      return refuse(401, 10, "Bad or missing Server API token.");
    }
    if (this.refuse) return refuse(...this.refuse);
    const mail = JSON.parse(request.body);
    const to = /<([^>]*)>$/.exec(mail.To)?.[1] ?? mail.To;
    this.mails.push({
      to,
      reference: mail.Metadata?.[referenceName],
      fields: Object.fromEntries(
        (mail.Headers ?? []).map(({ Name, Value }) => [Name.toLowerCase(), Value]),
      ),
      sent: mail,
    });
    return json({
      To: mail.To,
      SubmittedAt: new Date().toISOString(),
      MessageID: crypto.randomUUID(),
      ErrorCode: 0,
      Message: "OK",
    });
  }

  report(kind, { to, reference }) {
    const records = {
      hard: {
        RecordType: "Bounce",
        Type: "HardBounce",
        TypeCode: 1,
        Description: "The server was unable to deliver your message",
        Details: "smtp;550 5.1.1 user unknown",
        Email: to,
      },
      complaint: { RecordType: "SpamComplaint", Type: "SpamComplaint", TypeCode: 512, Email: to },
      delivered: { RecordType: "Delivery", Recipient: to },
    };
    const ID = crypto.randomInt(1e12);
    const body = { ID, MessageID: crypto.randomUUID(), Metadata: { [referenceName]: reference } };
    return {
      body: JSON.stringify({ ...body, ...records[kind] }),
      headers: { "Content-Type": "application/json" },
    };
  }
}

export class FakeMailgun extends Service {
  static key = "key-e2e";
  static signingKey = "e2e-signing-key";
  static domain = "mg.example.com";

  get url() {
    return `mailgun://${FakeMailgun.key}@${FakeMailgun.domain}?${this.endpoint}`;
  }
  get webhookEnv() {
    return { SOJOURN_PROVIDER_WEBHOOK_KEY: FakeMailgun.signingKey };
  }

  async take(request) {
    if (request.method !== "POST" || request.path !== `/v3/${FakeMailgun.domain}/messages.mime`) {
      return json({ message: "Domain not found" }, 404);
    }
    const login = Buffer.from(`api:${FakeMailgun.key}`).toString("base64");
    if (request.headers.authorization !== `Basic ${login}`)
      return { status: 401, body: "Forbidden" };
    if (this.refuse) return json({ message: this.refuse[1] }, this.refuse[0]);
    const form = await new Response(request.body, {
      headers: { "Content-Type": request.headers["content-type"] },
    }).formData();
    const raw = await form.get("message").text();
    this.mails.push({
      to: form.get("to"),
      reference: form.get(`v:${referenceName}`),
      fields: fieldsOf(raw),
      raw,
      sent: Object.fromEntries([...form].filter(([name]) => name.startsWith("o:"))),
    });
    return json({
      id: `<${crypto.randomUUID()}@${FakeMailgun.domain}>`,
      message: "Queued. Thank you.",
    });
  }

  report(kind, { to, reference }) {
    const events = {
      hard: {
        event: "failed",
        severity: "permanent",
        reason: "bounce",
        "delivery-status": { code: 550, message: "user unknown", "enhanced-code": "5.1.1" },
      },
      complaint: { event: "complained" },
      delivered: { event: "delivered" },
    };
    const timestamp = String(Math.floor(Date.now() / 1000));
    const token = crypto.randomBytes(25).toString("hex");
    const signature = crypto
      .createHmac("sha256", FakeMailgun.signingKey)
      .update(timestamp + token)
      .digest("hex");
    const event = {
      id: crypto.randomUUID(),
      recipient: to,
      "user-variables": { [referenceName]: reference },
      ...events[kind],
    };
    return {
      body: JSON.stringify({ signature: { timestamp, token, signature }, "event-data": event }),
      headers: { "Content-Type": "application/json" },
    };
  }
  /** The signature covers no body: whoever has seen a report could say something else with it. */
  forge(report) {
    const body = JSON.parse(report.body);
    body.signature.token = `${body.signature.token.slice(1)}0`;
    return { ...report, body: JSON.stringify(body) };
  }
}

export const services = {
  ses: FakeSes,
  sendgrid: FakeSendGrid,
  postmark: FakePostmark,
  mailgun: FakeMailgun,
};

/** Posts a report to the webhook; resolves with its status and body. */
export async function post(webhook, { body, headers }) {
  const answer = await fetch(webhook, { method: "POST", body, headers });
  const text = await answer.text();
  assert.ok(answer.headers.get("content-type")?.includes("json"), text);
  return { status: answer.status, body: JSON.parse(text) };
}
