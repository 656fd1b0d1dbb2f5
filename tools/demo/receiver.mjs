// Where the demonstration's mails arrive: npm's smtp-server, a receiver that we did not write. It counts on
// its own, by what stands in the mails, and gives the simulated visitors what a person would click.
import { createRequire } from "node:module";

const fromTests = createRequire(new URL("../../tests/e2e/package.json", import.meta.url));
const { SMTPServer } = fromTests("smtp-server");
const { simpleParser } = fromTests("mailparser");

export const salesperson = "sales@example.com";

/** How the subjects of examples/pricing-page tell the mails apart; the case study has one for each industry. */
const subjects = {
  "How a retail chain sold out its spring stock": ["case-study", "retail"],
  "How a software team doubled its trials that stay": ["case-study", "software"],
  "How a healthcare group halved missed appointments": ["case-study", "healthcare"],
  "How a manufacturing firm shortened its sales by a month": ["case-study", "manufacturing"],
  "How a small team answers every customer in time": ["case-study", null],
  "A question before we leave you in peace": ["follow-up"],
  "The first week with Northwind": ["guide"],
  "Half an hour with somebody who knows your trade": ["demo"],
  "Thirty days to see for yourself": ["trial"],
  "Thank you for your order": ["welcome"],
};
/** Of the mails that are none of the above to a customer. */
const otherwise = "first-steps";

export async function startReceiver(port) {
  const counts = new Map();
  const mails = new Map(); // `address kind` -> mail
  const problems = [];
  const seen = new Set();

  function keep(mail) {
    const id = mail.messageId;
    if (!id || seen.has(id)) problems.push(`Message-ID ${id} is missing or came twice`);
    seen.add(id);
    const to = mail.to.value[0].address;
    const [kind, industry] =
      to === salesperson ? ["notice"] : (subjects[mail.subject] ?? [otherwise]);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const key = `${to} ${kind}`;
    if (kind !== "notice" && mails.has(key)) problems.push(`${to} got ${kind} twice`);
    mails.set(key, { to, kind, industry, subject: mail.subject, ...linksOf(mail) });
  }

  const smtp = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    logger: false,
    onData(stream, _session, done) {
      simpleParser(stream, {
        skipTextToHtml: true,
        skipHtmlToText: true,
        skipImageLinks: true,
      }).then((mail) => done(null, keep(mail)), done);
    },
  });
  smtp.on("error", (error) => problems.push(`SMTP: ${error.message}`));
  await new Promise((resolve) => smtp.listen(port, "127.0.0.1", resolve));
  return {
    url: `smtp://127.0.0.1:${port}`,
    problems,
    count: (kind) => counts.get(kind) ?? 0,
    total: () => [...counts.values()].reduce((sum, count) => sum + count, 0),
    /** The mail of this kind to an address; undefined while there is none. */
    find: (to, kind) => mails.get(`${to} ${kind}`),
    all: () => [...mails.values()],
    close: () => new Promise((resolve) => smtp.close(resolve)),
  };
}

/** The first tracked link of a mail, and the address of its one-click unsubscribe (RFC 8058). */
function linksOf(mail) {
  const links = [...(mail.html || "").matchAll(/href="([^"]+)"/g)].map(([, link]) =>
    link.replaceAll("&amp;", "&"),
  );
  const list = mail.headers.get("list")?.unsubscribe;
  return { link: links.find((link) => /\/c\//.test(link)), unsubscribe: list?.url };
}
