// The funnel as three independent sources have it: what the simulated visitors did, what the SMTP receiver
// got, and what the product says of itself. A number that one of them cannot know is undefined.

/** Rows of `{label, simulated, received, product}`. */
export async function readFunnel(expected, clicked, unsubscribed, receiver, server) {
  const count = (name) => expected.filter((each) => each[name]).length;
  const views = expected.reduce((sum, each) => sum + each.views, 0);
  const [home, hotLead, nurture, onboarding, pageViews, clicks, optOuts, sent] = await Promise.all([
    server.get("/home"),
    server.get("/journeys/hot-lead"),
    server.get("/journeys/nurture"),
    server.get("/journeys/onboarding"),
    server.list("/events?name=Page%20Viewed"),
    server.list("/events?name=Link%20Clicked"),
    server.list("/events?name=Unsubscribed"),
    server.list("/messages?status=sent"),
  ]);
  const step = (journey, id) => journey.steps.find((each) => each.id === id).counts;
  const skipped = (counts) => (counts.skipped ?? []).reduce((sum, each) => sum + each.count, 0);

  const rows = [];
  const row = (label, simulated, received, product) =>
    rows.push({ label, simulated, received, product });
  row("visitors", expected.length, undefined, home.contacts);
  row("views of the pricing page", views, undefined, pageViews.length);
  row("looked twice within a week: hot leads", count("hot"), undefined, hotLead.counts.entered);
  row(
    "salesperson told",
    count("hot"),
    receiver.count("notice"),
    step(hotLead, "tell-sales").passed,
  );
  row(
    "case study sent",
    count("caseStudy"),
    receiver.count("case-study"),
    step(hotLead, "case-study").sent,
  );
  row(
    "  not sent: no address",
    count("noAddress"),
    undefined,
    skipped(step(hotLead, "case-study")),
  );
  row("case study clicked", count("click"), clicked, clicks.length);
  row("nurture series entered", count("click"), undefined, nurture.counts.entered);
  row("  guide sent", count("guide"), receiver.count("guide"), step(nurture, "guide").sent);
  row("  demo offered", count("demo"), receiver.count("demo"), step(nurture, "demo").sent);
  row("  free trial offered", count("trial"), receiver.count("trial"), step(nurture, "trial").sent);
  row(
    "followed up",
    count("followUp"),
    receiver.count("follow-up"),
    step(hotLead, "follow-up").sent,
  );
  row("ended without an answer", count("noAnswer"), undefined, hotLead.counts.exited);
  row("bought", count("buy"), undefined, onboarding.counts.entered);
  row("  which ended a run", count("goal"), undefined, hotLead.counts.goal + nurture.counts.goal);
  row("  welcomed", count("buy"), receiver.count("welcome"), step(onboarding, "welcome").sent);
  row(
    "  first steps sent",
    count("buy"),
    receiver.count("first-steps"),
    step(onboarding, "first-steps").sent,
  );
  row("unsubscribed by one click", count("unsubscribe"), unsubscribed, optOuts.length);
  const mails =
    count("hot") +
    ["caseStudy", "guide", "demo", "trial", "followUp"].reduce(
      (sum, each) => sum + count(each),
      0,
    ) +
    2 * count("buy");
  row("all mails", mails, receiver.total(), sent.length);
  row("people inside a journey at the end", 0, undefined, home.activeRuns);
  return rows;
}

export function addsUp({ simulated, received, product }) {
  return product === simulated && (received === undefined || received === simulated);
}

export function printFunnel(rows) {
  const cells = rows.map((row) => [
    row.label,
    ...[row.simulated, row.received, row.product].map((value) => value ?? "-"),
    addsUp(row) ? "" : "  <- does not add up",
  ]);
  const widths = [0, 1, 2, 3].map((place) =>
    Math.max(
      ...[["", "visitors did", "SMTP received", "Sojourn says"], ...cells].map(
        (each) => String(each[place]).length,
      ),
    ),
  );
  const line = ([label, ...rest]) =>
    [
      String(label).padEnd(widths[0]),
      ...rest.slice(0, 3).map((value, place) => String(value).padStart(widths[place + 1])),
    ].join("  ") + (rest[3] ?? "");
  console.log(line(["", "visitors did", "SMTP received", "Sojourn says"]));
  for (const each of cells) console.log(line(each));
}
