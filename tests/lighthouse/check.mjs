// The pages that contacts see, read by Lighthouse as on a telephone: the median of five runs of each is at least 95
// in performance, accessibility and best practices. The last line is `N passed, N failed`.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { eventually } from "../e2e/support/eventually.mjs";
import { inboxes } from "../e2e/support/inboxes.mjs";
import { Server } from "../e2e/support/server.mjs";

const runs = 5;
const least = 95;
const categories = ["performance", "accessibility", "best-practices"];

const inbox = await inboxes["npm smtp-server"]();
const server = await Server.start({ env: inbox.env });
const chrome = await launch({
  chromePath: process.env.CHROMIUM_BIN || "/usr/bin/chromium",
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"],
});

/** The address of the page below `path` that the first mail to `email` leads to. */
async function linkTo(path, email) {
  const mail = await eventually(
    `a mail to ${email}`,
    async () => (await inbox.mailsTo(email, server))[0],
  );
  return new RegExp(`href="(http://[^"]*${path}[^"]*)"`).exec(mail.html)[1];
}

/** The pages by name: each is there for somebody who has not used it yet. */
async function pages() {
  await server.apply("tests/e2e/workspaces/letters");
  const traits = { email: "jo@visitor.example", firstName: "Jo" };
  await server.ingest("identify", { userId: "jo", traits });
  await server.ingest("track", { userId: "jo", event: "News Written" });
  const form = `${server.url}/f/newsletter`;
  await signUp(form, "neu@visitor.example");
  return {
    "preference centre": await linkTo("/p/", "jo@visitor.example"),
    "unsubscribe page": await linkTo("/u/", "jo@visitor.example"),
    "sign-up form": form,
    "confirmation page": await linkTo("/d/", "neu@visitor.example"),
  };
}

/** Posts the form as a browser without scripts does, a while after it was shown. */
async function signUp(form, email) {
  const html = await (await fetch(form)).text();
  const fields = new URLSearchParams();
  for (const [tag] of html.matchAll(/<input\b[^>]*>/g)) {
    const name = /\bname="([^"]*)"/.exec(tag)?.[1];
    const type = /\btype="([^"]*)"/.exec(tag)?.[1];
    if (name === undefined) continue;
    const value = /\bvalue="([^"]*)"/.exec(tag)?.[1];
    fields.set(
      name,
      type === "email" ? email : (value ?? (type === "checkbox" ? "on" : "")),
    );
  }
  await server.advance("3s");
  const answer = await fetch(form, { method: "POST", body: fields });
  if (!answer.ok)
    throw new Error(`${form} answers ${answer.status}: ${await answer.text()}`);
}

const median = (values) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

let passed = 0;
let failed = 0;
try {
  for (const [name, address] of Object.entries(await pages())) {
    const scores = Object.fromEntries(
      categories.map((category) => [category, []]),
    );
    const lacking = new Set();
    for (let run = 0; run < runs; run++) {
      const options = {
        port: chrome.port,
        onlyCategories: categories,
        logLevel: "error",
      };
      const { lhr } = await lighthouse(address, options);
      if (lhr.runtimeError)
        throw new Error(`${name}: ${lhr.runtimeError.message}`);
      for (const category of categories)
        scores[category].push(lhr.categories[category].score * 100);
      for (const audit of Object.values(lhr.audits)) {
        if (audit.score !== null && audit.score < 0.9) lacking.add(audit.id);
      }
    }
    for (const category of categories) {
      const score = Math.round(median(scores[category]));
      const holds = score >= least;
      if (holds) passed += 1;
      else failed += 1;
      console.log(
        `${holds ? "ok" : "NOT"}  ${String(score).padStart(3)}  ${name}, ${category}`,
      );
    }
    if (lacking.size > 0)
      console.log(`        below 0.9 in a run: ${[...lacking].join(", ")}`);
  }
} finally {
  await chrome.kill();
  await server.remove();
  await inbox.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
