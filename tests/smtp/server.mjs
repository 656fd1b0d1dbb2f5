// npm smtp-server with one behaviour; prints its port, and ends with its standard input.
import { createRequire } from "node:module";

const require = createRequire(new URL("../e2e/package.json", import.meta.url));
const { SMTPServer } = require("smtp-server");

const refusal = (responseCode, message) =>
  Object.assign(new Error(message), { responseCode });
const behaviours = {
  usual: {},
  no_such_user: {
    onRcptTo: (_to, _session, done) => done(refusal(550, "5.1.1 no such user")),
  },
  greylisted: {
    onRcptTo: (_to, _session, done) => done(refusal(451, "4.7.1 greylisted")),
  },
  content_refused: {
    onData: (stream, _session, done) =>
      stream
        .on("end", () => done(refusal(554, "5.7.1 content refused")))
        .resume(),
  },
  too_large: { size: 100 },
  busy: { onConnect: (_session, done) => done(refusal(421, "4.3.2 busy")) },
};
const server = new SMTPServer({
  disabledCommands: ["AUTH", "STARTTLS"],
  logger: false,
  onData: (stream, _session, done) => stream.on("end", () => done()).resume(),
  ...behaviours[process.argv[2]],
});
server.on("error", () => {}); // a client that hangs up
server.listen(0, "127.0.0.1", () => console.log(server.server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
