// The people of the demonstration: what each of them will do, chosen by a seed before anything starts, and
// what the product must do about it when examples/pricing-page is in force.
//
// Time is counted in slots of half a day. Everything stands at least half a day apart from what it could
// race with, so that what must happen does not depend on how fast the demonstration runs.
import { seededRandom } from "../../tests/e2e/support/random.mjs";

export const slotHours = 12;
const days = (count) => (count * 24) / slotHours;

/** From the first possible visit to the last possible action. */
export const slotsInAll = days(7) + days(10) + days(3) + days(8) + days(3);

const industries = ["retail", "software", "healthcare", "manufacturing", null];
const firstNames = ["Ana", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gita", "Hugo", "Ines", "Jun"];

/** What people do after the first look at the prices, and how many of 1,000 do it. */
const habits = [
  ["looks once", 240],
  ["looks once and signs up", 60],
  ["looks again too late", 70],
  ["looks twice without a name", 50],
  ["does not answer", 170],
  ["buys without a click", 80],
  ["unsubscribes from the case study", 50],
  ["reads on to the end", 110],
  ["reads on and buys at the end", 60],
  ["clicks and buys at once", 40],
  ["buys after the guide", 40],
  ["unsubscribes from the guide", 30],
];

const clicking = new Set([
  "reads on to the end",
  "reads on and buys at the end",
  "clicks and buys at once",
  "buys after the guide",
  "unsubscribes from the guide",
]);

/** `count` visitors; the same seed makes the same ones. */
export function planVisitors(count, seed) {
  const random = seededRandom(seed);
  const between = (low, high) => low + Math.floor(random() * (high - low + 1));
  const pick = (list) => list[between(0, list.length - 1)];
  const habit = () => {
    let draw = random() * habits.reduce((sum, [, share]) => sum + share, 0);
    return habits.find(([, share]) => (draw -= share) < 0)?.[0] ?? habits[0][0];
  };
  return Array.from({ length: count }, (_, number) => visitorOf(number, habit(), between, pick));
}

function visitorOf(number, habit, between, pick) {
  const visitor = {
    number,
    habit,
    anonymousId: `browser-${number}`,
    userId: `visitor-${number}`,
    email: `visitor-${number}@visitor.example`,
    firstName: pick(firstNames),
    industry: pick(industries),
    employees: pick([8, 30, 120, 900]),
    signsUpBy: pick(["browser", "server"]),
    actions: [], // {slot, act}
  };
  const plan = (slot, act) => visitor.actions.push({ slot, act });
  const first = between(0, days(7) - 1);
  plan(first, "view");
  if (habit === "looks once") return visitor;
  if (habit !== "looks twice without a name") plan(first + between(0, 1), "signUp");
  if (habit === "looks once and signs up") return visitor;
  if (habit === "looks again too late") {
    plan(first + between(days(8), days(10)), "view");
    return visitor;
  }
  const second = first + between(2, days(6.5));
  plan(second, "view");
  const soon = second + between(1, days(3));
  switch (habit) {
    case "looks twice without a name":
    case "does not answer":
      return visitor;
    case "buys without a click":
      plan(soon, "buy");
      return visitor;
    case "unsubscribes from the case study":
      plan(soon, "unsubscribe:case-study");
      return visitor;
  }
  plan(soon, "click");
  // The guide comes two days after the click, the offer four days after the guide.
  const afterGuide = soon + days(2) + between(1, days(3.5));
  switch (habit) {
    case "clicks and buys at once":
      plan(soon + between(1, days(1.5)), "buy");
      break;
    case "buys after the guide":
      plan(afterGuide, "buy");
      break;
    case "unsubscribes from the guide":
      plan(afterGuide, "unsubscribe:guide");
      break;
    case "reads on and buys at the end":
      plan(soon + days(7) + between(0, days(1)), "buy");
      break;
  }
  return visitor;
}

/** What must become of a visitor: the words that the funnel counts. */
export function expectedOf(visitor) {
  const { habit } = visitor;
  const acts = visitor.actions.map(({ act }) => act);
  const views = acts.filter((act) => act === "view").length;
  const hot = views === 2 && habit !== "looks again too late";
  const known = acts.includes("signUp");
  const clicks = clicking.has(habit);
  const buys = acts.includes("buy");
  const guide = clicks && habit !== "clicks and buys at once";
  const offer =
    guide && (habit === "reads on to the end" || habit === "reads on and buys at the end");
  const asked = ["does not answer", "unsubscribes from the case study"].includes(habit);
  return {
    views,
    hot,
    caseStudy: hot && known,
    noAddress: hot && !known,
    click: clicks,
    guide,
    demo: offer && visitor.employees >= 50,
    trial: offer && visitor.employees < 50,
    followUp: habit === "does not answer",
    followUpHeld: asked && habit !== "does not answer",
    noAnswer: asked || (hot && !known),
    buy: buys,
    goal: buys && habit !== "reads on and buys at the end",
    unsubscribe: acts.some((act) => act.startsWith("unsubscribe")),
  };
}
