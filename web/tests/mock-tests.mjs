// A journey with A/B tests in three states, for the mock.
import { iso, start } from "./mock-data.mjs";

const day = 86_400_000;

const step = (id, kind, name, summary, next, counts, more = {}) => ({
  id,
  kind,
  name,
  summary,
  channel: null,
  template: null,
  next,
  counts,
  ...more,
});
const arm = (name, percent, people, successes, rate, low, high) => ({
  name,
  percent,
  taken: people + 12,
  people,
  successes,
  rate,
  low,
  high,
});
const split = (id, arms, experiment, next) =>
  step(
    id,
    "split",
    id,
    arms.map((each) => `${each.percent} % ${each.name}`).join(", "),
    [
      ...arms.map((each) => ({ to: `${id}-${each.name}`, label: each.name })),
      { to: next, label: null },
    ],
    { here: 0, passed: arms.reduce((sum, each) => sum + each.people, 0) },
    {
      name: arms.map((each) => `${each.percent} % ${each.name}`).join(", "),
      split: { arms, experiment },
    },
  );
const send = (id, next, passed) =>
  step(id, "send", `Mail ${id}`, "Email “Three things to try first”", [{ to: next, label: null }], {
    here: 3,
    passed,
    sent: passed,
  });

const subject = [
  arm("question", 50, 1204, 181, 0.1503, 0.1312, 0.1716),
  arm("offer", 50, 1187, 96, 0.0809, 0.0667, 0.0978),
];
const hour = [
  arm("morning", 50, 143, 11, 0.0769, 0.0435, 0.1325),
  arm("evening", 50, 96, 9, 0.0938, 0.0502, 0.1684),
];
const tone = [
  arm("short", 40, 320, 61, 0.1906, 0.1514, 0.2371),
  arm("long", 60, 470, 80, 0.1702, 0.1389, 0.2068),
];

export const testedJourney = {
  key: "onboarding",
  name: "Onboarding",
  version: 3,
  state: "running",
  trigger: { summary: "Signed Up" },
  goal: { summary: "Order Completed within 20 days" },
  counts: { entered: 2391, active: 211, completed: 1890, goal: 287, exited: 3 },
  reentry: "never",
  exits: [],
  entry: "subject",
  rev: "7",
  steps: [
    split(
      "subject",
      subject,
      {
        measure: "goal",
        version: 1,
        since: iso(start - 30 * day),
        confidence: 95,
        decidesAfter: null,
        atLeast: 1000,
        verdict: {
          kind: "winner",
          arm: "question",
          chance: 0.0000213,
          at: iso(start - 9 * day),
          arms: subject.map(({ name, people, successes, rate, low, high }) => ({
            name,
            people,
            successes,
            rate,
            low,
            high,
          })),
        },
        winner: { arm: "question", at: iso(start - 9 * day), by: null },
      },
      "hour",
    ),
    send("subject-question", "hour", 1201),
    send("subject-offer", "hour", 1187),
    split(
      "hour",
      hour,
      {
        measure: "clicked",
        version: 3,
        since: iso(start - 6 * day),
        confidence: 95,
        decidesAfter: iso(start + 8 * day),
        atLeast: 200,
        verdict: null,
        winner: null,
      },
      "tone",
    ),
    send("hour-morning", "tone", 140),
    send("hour-evening", "tone", 96),
    split(
      "tone",
      tone,
      {
        measure: "opened",
        version: 2,
        since: iso(start - 12 * day),
        confidence: 90,
        decidesAfter: null,
        atLeast: null,
        verdict: null,
        winner: null,
      },
      null,
    ),
    send("tone-short", null, 318),
    send("tone-long", null, 469),
  ],
};
