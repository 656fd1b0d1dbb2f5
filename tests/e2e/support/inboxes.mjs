// Where the server's mails arrive: its own captured inbox, npm's smtp-server, or Postfix's smtp-sink.
// Each is `{env, mailsTo(address, server), close()}`; `env` points the server at it, and `mailsTo` gives
// the mails in the order in which they came.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { eventually } from "./eventually.mjs";
import { keepMail } from "./kept_mails.mjs";
import { freePort } from "./server.mjs";

/** From and postal address, which every marketing mail must show. */
export const sender = {
  SOJOURN_FROM: "Sojourn Test <hello@sender.example>",
  SOJOURN_POSTAL_ADDRESS: "1 Example Street, 75001 Paris",
};

/** What the tests read of a mail, wherever it was kept. */
function mailOf({ subject, from, to, text, html, headers }) {
  return {
    subject,
    from,
    to,
    text,
    html,
    header: (name) => headers.get(name.toLowerCase()) ?? null,
  };
}

async function parse(raw) {
  // What a part lacks must show as lacking: mailparser would make one from the other.
  const mail = await simpleParser(raw, { skipTextToHtml: true, skipHtmlToText: true });
  const headers = new Map(
    mail.headerLines.map(({ key, line }) => [
      key,
      line
        .slice(line.indexOf(":") + 1)
        .replace(/\r?\n[ \t]+/g, " ")
        .trim(),
    ]),
  );
  return mailOf({
    subject: mail.subject,
    from: mail.from.value[0].address,
    to: mail.to.value[0].address,
    text: mail.text,
    html: mail.html,
    headers,
  });
}

/** The inbox that holds when no SMTP server is configured; it is read by the management API. */
async function capturedInbox() {
  const address = (mailbox) => /<([^>]+)>/.exec(mailbox)?.[1] ?? mailbox;
  return {
    env: { ...sender },
    async mailsTo(to, server) {
      const found = await server.list(`/mailbox?to=${encodeURIComponent(to)}`);
      const mails = await Promise.all(found.map(({ id }) => server.get(`/mailbox/${id}`)));
      return mails.reverse().map((mail) =>
        mailOf({
          ...mail,
          from: address(mail.from),
          to: address(mail.to),
          headers: new Map(mail.headers.map(({ name, value }) => [name.toLowerCase(), value])),
        }),
      );
    },
    close: async () => undefined,
  };
}

async function bytesOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Besides the rest, `raw` has the mails' bytes as they came, and a mail its envelope's sender. */
async function smtpServerInbox() {
  const mails = [];
  const raw = [];
  let url;
  const take = async (stream, { envelope, remoteAddress, hostNameAppearsAs }) => {
    const bytes = await bytesOf(stream);
    await keepMail(url, bytes, {
      from: envelope.mailFrom.address,
      ip: remoteAddress,
      hello: hostNameAppearsAs,
    });
    mails.push({ ...(await parse(bytes)), envelopeFrom: envelope.mailFrom.address, raw: bytes });
    raw.push(bytes);
  };
  const smtp = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    logger: false,
    onData(stream, session, done) {
      take(stream, session).then(
        () => done(),
        (error) => done(error),
      );
    },
  });
  await new Promise((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  url = `smtp://127.0.0.1:${smtp.server.address().port}`;
  return {
    env: { ...sender, SOJOURN_SMTP_URL: url },
    mailsTo: async (to) => mails.filter((mail) => mail.to === to),
    raw,
    close: () => new Promise((resolve) => smtp.close(resolve)),
  };
}

/** Postfix's own receiver writes each mail to a file; Debian's package `postfix` has it. */
async function smtpSinkInbox() {
  const folder = await mkdtemp(path.join(tmpdir(), "sojourn-sink-"));
  const port = await freePort();
  // Started by root it gives up root, and could not write to a folder of root's.
  const user = process.getuid() === 0 ? ["-u", "root"] : [];
  const sink = spawn(
    process.env.SMTP_SINK_BIN || "/usr/sbin/smtp-sink",
    [...user, "-d", path.join(folder, "mail."), `127.0.0.1:${port}`, "100"],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let complaint = "";
  sink.stderr.setEncoding("utf8").on("data", (text) => (complaint += text));
  const exited = new Promise((resolve) => {
    sink.once("exit", resolve);
    sink.once("error", (error) => resolve((complaint += error.message)));
  });
  const url = `smtp://127.0.0.1:${port}`;
  const close = async () => {
    sink.kill("SIGTERM");
    await exited;
    for (const name of await readdir(folder)) {
      await keepSunk(url, await readFile(path.join(folder, name), "latin1"));
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually("smtp-sink listens", () => canConnect(port));
  } catch (error) {
    await close();
    throw new Error(`smtp-sink did not start: ${complaint}`, { cause: error });
  }
  return {
    env: { ...sender, SOJOURN_SMTP_URL: url },
    async mailsTo(to) {
      const files = (await readdir(folder)).map((name) => path.join(folder, name));
      const kept = await Promise.all(
        files.map(async (file) => ({
          at: (await stat(file)).mtimeMs,
          raw: await readFile(file, "utf8"),
        })),
      );
      // A file is there from the start of its transaction on; a whole mail ends with a boundary.
      const whole = kept.filter(({ raw }) => raw.trimEnd().endsWith("--"));
      whole.sort((one, other) => one.at - other.at);
      const mails = await Promise.all(whole.map(({ raw }) => parse(raw)));
      return mails.filter((mail) => mail.to === to);
    },
    close,
  };
}

/** smtp-sink writes what it was told before the mail, ended by a Received field, and gives all lines its own ends. */
async function keepSunk(url, written) {
  const told = /^(?:X-[^\n]*\n)*Received: [^\n]*\n(?:[ \t][^\n]*\n)*/.exec(written)[0];
  const field = (name) => new RegExp(`^${name}: (.*)$`, "m").exec(told)[1];
  const mail = written.slice(told.length).replace(/\n/g, "\r\n");
  await keepMail(url, Buffer.from(mail, "latin1"), {
    from: /<([^>]*)>/.exec(field("X-Mail-Args"))[1],
    ip: field("X-Client-Addr"),
    hello: field("X-Helo-Args"),
  });
}

function canConnect(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true) ?? socket.destroy());
    socket.once("error", () => resolve(false));
  });
}

export const inboxes = {
  "the captured inbox": capturedInbox,
  "npm smtp-server": smtpServerInbox,
  "Postfix's smtp-sink": smtpSinkInbox,
};
