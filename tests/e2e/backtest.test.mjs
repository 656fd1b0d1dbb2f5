// The pricing-page story is lived by several people; then the same log is backtested, and tells what
// has happened. A draft is backtested too, and nothing comes of it.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { repository, Server } from "./support/server.mjs";

const userAgent =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

const people = ["ana", "ben", "cleo", "dan", "eve"];

describe("sojourn backtest", () => {
  let server;
  let drafts;
  let since;
  before(async () => {
    drafts = await mkdtemp(path.join(tmpdir(), "sojourn-drafts-"));
    server = await Server.start();
    await server.apply("examples/pricing-page");
    since = (await server.get("/clock")).now;
    await server.advance("1h");
    await live();
  });
  after(async () => {
    await server?.remove();
    await rm(drafts, { recursive: true, force: true });
  });

  async function track(call, userId, body) {
    const answer = await server.ingest(call, { userId, ...body });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  }

  function viewPricing(userId) {
    return track("page", userId, {
      name: "Pricing",
      properties: { path: "/pricing" },
      context: { traits: { email: `${userId}@visitor.example`, firstName: userId } },
    });
  }

  const mailsTo = async (userId) =>
    (await server.list("/mailbox")).filter(({ to }) => to.includes(`${userId}@visitor.example`));

  /** Everybody but Eve becomes a hot lead; Ana clicks, Ben buys, the others do not answer. */
  async function live() {
    for (const userId of people) await viewPricing(userId);
    await server.advance("2h");
    for (const userId of people.slice(0, 4)) await viewPricing(userId);
    await eventually(
      "four mails are there",
      async () => (await server.list("/mailbox")).length >= 4,
    );
    await server.advance("3h");
    const [mail] = await mailsTo("ana");
    const { html } = await server.get(`/mailbox/${mail.id}`);
    const [link] = html.match(new RegExp(`${server.url}/c/[^"]+`));
    await fetch(link, { redirect: "manual", headers: { "User-Agent": userAgent } });
    await track("track", "ben", { event: "Order Completed", properties: { revenue: 40 } });
    await server.advance("30d");
  }

  async function backtest(journey, ...flags) {
    const { stdout } = await server.command("backtest", journey, "--json", ...flags);
    return JSON.parse(stdout);
  }

  const counted = (list, what) => Object.fromEntries(list.map((each) => [each[what], each.count]));

  test("of a journey that ran from the beginning is what happened", async () => {
    const report = await backtest("hot-lead", "--since", since, "--as-happened");
    const contacts = await Promise.all(people.map((userId) => server.contact(userId)));
    const runs = contacts.flatMap((contact) => contact.runs);
    const entered = runs.filter(({ journey }) => journey === "hot-lead");
    assert.equal(entered.length, 4);
    assert.equal(report.entered, entered.length);
    assert.equal(report.contacts, 4);
    assert.equal(counted(report.ended, "outcome").goal, 1);
    assert.equal(report.waiting, 0);

    const sent = (await server.list("/messages?journey=hot-lead")).filter(
      ({ template }) => template !== null,
    );
    const bySteps = {};
    for (const { step } of sent) bySteps[step] = (bySteps[step] ?? 0) + 1;
    const simulated = {};
    for (const step of report.steps) if (step.sent > 0) simulated[step.id] = step.sent;
    assert.deepEqual(simulated, bySteps);
    assert.equal(
      report.steps.reduce((sum, { clicked }) => sum + clicked, 0),
      1,
    );
    const [nurture] = report.otherJourneys.filter(({ key }) => key === "nurture");
    assert.equal(nurture.entered, 1);
  });

  test("answers by assumed rates, and says what it assumes", async () => {
    const flags = ["--since", since, "--click-rate", "1", "--open-rate", "1"];
    const report = await backtest("hot-lead", ...flags);
    const first = report.steps.find(({ sent }) => sent > 0);
    assert.equal(first.clicked, first.sent);
    assert.match(report.assumptions[0], /100\.0 % of the mails are opened and 100\.0 % clicked/);
    const { stdout } = await server.command("backtest", "hot-lead", ...flags);
    assert.match(stdout, /hot-lead: in 30 days: 4 would enter/);
    assert.match(stdout, /Taken for granted:/);
  });

  test("of a draft tells what it would do, and does nothing", async () => {
    const draft = path.join(drafts, "visits.yaml");
    await writeFile(
      draft,
      "{kind: journey, key: visits, trigger: {event: Page Viewed}, reentry: always, " +
        "steps: [{id: thanks, send: {template: welcome, class: transactional}}]}",
    );
    const before_ = (await server.list("/messages")).length;
    const report = await backtest("visits", "--file", draft, "--since", since);
    assert.equal(report.entered, 9);
    assert.equal(report.contactsAgain, 4);
    assert.equal(report.sent, 9);
    assert.equal((await server.list("/messages")).length, before_);
    const journeys = await server.list("/journeys");
    assert.ok(journeys.every(({ key }) => key !== "visits"));
  });

  test("of what is not there, or of a window that is none, is refused", async () => {
    const refused = (status, code) => (error) =>
      error.status === status && error.problem.code === code;
    const ask = (journey, body) => server.api("POST", `/journeys/${journey}/backtest`, body);
    await assert.rejects(ask("nobody", {}), refused(404, "unknown_journey"));
    await assert.rejects(ask("hot-lead", { since: "900d" }), refused(422, "window_too_long"));
    await assert.rejects(ask("hot-lead", { since: "0d" }), refused(422, "window_empty"));
    await assert.rejects(ask("hot-lead", { since: "soon" }), refused(400, "invalid_timestamp"));
    await assert.rejects(ask("hot-lead", { openRate: 1.5 }), refused(400, "out_of_range"));
    await assert.rejects(ask("hot-lead", { others: "none" }), refused(400, "unknown_value"));
    const files = [{ path: "a.yaml", text: "{kind: journey, key: a}" }];
    await assert.rejects(ask("a", { files }), refused(422, "definitions_invalid"));
  });

  test("a job has the same report, and is listed", async () => {
    const asked = { since, answersAsHappened: true };
    const waited = await server.api("POST", "/journeys/hot-lead/backtest", asked);
    const { id } = await server.api("POST", "/journeys/hot-lead/backtest", { ...asked, job: true });
    const job = await eventually("the job has ended", async () => {
      const found = await server.get(`/jobs/${id}`);
      return found.state === "done" && found;
    });
    assert.deepEqual({ ...job.result, until: waited.until }, waited);
    assert.equal(job.done, job.total);
    assert.ok((await server.list("/jobs?kind=backtest")).some((each) => each.id === id));
  });

  test("a publication that reaches more than the guard allows asks for a second yes", async () => {
    const folder = path.join(drafts, "far");
    await mkdir(folder);
    const write = (name, text) => writeFile(path.join(folder, name), text);
    const journey = (step) =>
      "{kind: journey, key: greeting, trigger: {event: Page Viewed}, reentry: always, " +
      `steps: [{id: ${step}, send: {template: welcome, class: transactional}}]}`;
    const workspace = await readFile(
      path.join(repository, "examples/pricing-page/workspace.yaml"),
      "utf8",
    );
    const guarded = `${workspace}\nguard:\n  max_contacts: 3\n`;
    await write("workspace.yaml", guarded);
    await write("greeting.yaml", journey("hello"));
    for (const userId of people) await viewPricing(userId);
    await server.advance("1h");
    const files = [
      { path: "workspace.yaml", text: guarded },
      { path: "greeting.yaml", text: journey("hello") },
    ];
    const refusal = await server.api("POST", "/definitions/apply", { files, yes: true }).then(
      () => null,
      (error) => error,
    );
    assert.equal(refusal?.status, 409);
    assert.equal(refusal.problem.code, "blast_radius");
    assert.equal(refusal.problem.field, "confirm.reach");
    const [reach] = refusal.problem.reach;
    assert.equal(reach.journey, "greeting");
    assert.ok(reach.busiestDay > 3, JSON.stringify(reach));
    assert.equal(reach.allowed, 3);
    assert.equal(reach.before, null);
    assert.equal(refusal.problem.value, String(reach.busiestDay));

    await assert.rejects(server.command("apply", folder, "--yes"), ({ stderr }) =>
      stderr.includes(`--yes-reach ${reach.busiestDay}`),
    );
    const journeys = await server.list("/journeys");
    assert.ok(
      journeys.every(({ key }) => key !== "greeting"),
      "nothing was published",
    );
    const planned = await server.command("plan", folder).catch((error) => error);
    assert.equal(planned.code, 2);
    assert.ok(
      planned.stdout.includes(`reach: journey greeting lets in at most ${reach.busiestDay} people`),
      planned.stdout,
    );
    assert.ok(planned.stdout.includes(`--yes-reach ${reach.busiestDay}`), planned.stdout);
    await server.command("apply", folder, "--yes", "--yes-reach", String(reach.busiestDay));

    // What was said yes to is the forecast of the next time.
    await write("greeting.yaml", journey("hi"));
    await server.command("apply", folder, "--yes");
  });
});
