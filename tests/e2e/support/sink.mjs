// An SMTP receiver that journals what it has accepted, for the crash loop.
import { SMTPServer } from "smtp-server";

/**
 * `acceptAfterMs()` says how long to think about each mail before it is accepted, so that a crash
 * finds mails at every stage. A mail counts as accepted from the moment the reply is handed to the
 * socket: the receiver has it then, whatever the sender learns.
 */
export async function startSink(acceptAfterMs) {
  /** How often each Message-ID was accepted. */
  const accepted = new Map();
  /** How often each recipient was. */
  const recipients = new Map();
  const connections = new Set();
  const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  const smtp = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    logger: false,
    onConnect(session, done) {
      connections.add(session.id);
      done();
    },
    onClose: (session) => connections.delete(session.id),
    async onData(stream, session, done) {
      const chunks = [];
      try {
        for await (const chunk of stream) chunks.push(chunk);
      } catch (error) {
        return done(error); // A crash cut the mail before its final dot: it is not accepted.
      }
      const head = Buffer.concat(chunks)
        .toString("latin1")
        .split(/\r?\n\r?\n/, 1)[0];
      const id = /^Message-ID:\s*(<[^>]+>)/im.exec(head)?.[1];
      setTimeout(() => {
        // A connection that a crash has closed meanwhile gets no reply, so its mail is not accepted.
        if (!connections.has(session.id)) return done(new Error("the sender has gone"));
        count(accepted, id ?? "a mail without a Message-ID");
        for (const { address } of session.envelope.rcptTo) count(recipients, address);
        done();
      }, acceptAfterMs());
    },
  });
  smtp.on("error", () => undefined); // Connections end without QUIT at every crash.
  await new Promise((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  return {
    url: `smtp://127.0.0.1:${smtp.server.address().port}`,
    accepted,
    recipients,
    openConnections: () => connections.size,
    close: () => new Promise((resolve) => smtp.close(resolve)),
  };
}
