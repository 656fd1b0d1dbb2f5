import type { Schemas } from "@/api/client";
import type { TestState } from "@/components/status";
import type { Journey } from "./queries";

export type Step = Schemas["Step"];
export type Experiment = Schemas["Experiment"];
export type Verdict = NonNullable<Experiment["verdict"]>;
export type Arm = Schemas["Split"]["arms"][number];
export type ArmCount = Schemas["ArmCount"];

/** A split of a journey that has an experiment. */
export interface Test {
  journey: Journey;
  step: Step;
  arms: Arm[];
  experiment: Experiment;
}

export function testsOf(journey: Journey): Test[] {
  return journey.steps.flatMap((step) => {
    const experiment = step.split?.experiment;
    return step.split && experiment ? [{ journey, step, arms: step.split.arms, experiment }] : [];
  });
}

export function findTest(journey: Journey, step: string): Test | undefined {
  return testsOf(journey).find((test) => test.step.id === step);
}

/** What the test is called: the step's own name, or its id where it has only what it does. */
export function nameOf(test: Test): string {
  return test.step.name === test.step.summary ? test.step.id : test.step.name;
}

export function stateOf({ winner, verdict, decidesAfter }: Experiment): TestState {
  if (winner) return winner.by === null ? "decided" : "declared";
  if (verdict) return "undecided";
  return decidesAfter === null ? "counting" : "collecting";
}

/** Shares from 0 to 1 of what the one look waits for. */
export interface Wait {
  time: number;
  /** The arm with the fewest people decides. */
  people: number;
  /** How many people are still missing in which arms. */
  missing: { arm: string; count: number }[];
}

/** What still keeps the look away; undefined where none is to come. */
export function waitOf(test: Test, now: number): Wait | undefined {
  const { verdict, winner, decidesAfter, atLeast, since } = test.experiment;
  if (verdict || winner || decidesAfter === null) return undefined;
  const begin = Date.parse(since);
  const length = Math.max(1, Date.parse(decidesAfter) - begin);
  const needed = atLeast ?? 0;
  const counts = test.arms.map((arm) => ({ arm: arm.name, count: arm.people ?? 0 }));
  const fewest = Math.min(...counts.map(({ count }) => count));
  return {
    time: within((now - begin) / length),
    people: needed === 0 ? 1 : within(fewest / needed),
    missing: counts
      .filter(({ count }) => count < needed)
      .map(({ arm, count }) => ({ arm, count: needed - count })),
  };
}

function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** The arm that a verdict speaks of, and the best of the others. */
export function compared(verdict: Verdict): { best?: ArmCount; next?: ArmCount } {
  const byRate = [...verdict.arms].sort((one, other) => (other.rate ?? -1) - (one.rate ?? -1));
  const best = verdict.arms.find((arm) => arm.name === verdict.arm) ?? byRate[0];
  return { best, next: byRate.find((arm) => arm.name !== best?.name) };
}

/** By how much the better arm's rate is above the other's, as a share of the other's. */
export function liftOf({ best, next }: { best?: ArmCount; next?: ArmCount }): number | undefined {
  if (best?.rate == null || next?.rate == null || next.rate === 0) return undefined;
  return best.rate / next.rate - 1;
}

/**
 * The first step of an arm, whose contacts are those of the arm. Undefined where arms share it, as
 * they do when one has no steps of its own: its contacts are then not the arm's alone.
 */
export function firstStepOf(test: Test, arm: string): Step | undefined {
  const way = test.step.next.find((each) => each.label === arm);
  if (!way?.to) return undefined;
  if (test.step.next.filter((each) => each.to === way.to).length > 1) return undefined;
  return test.journey.steps.find((step) => step.id === way.to);
}

/** The end of the scale on which the arms' intervals are drawn: a round share above them all. */
export function scaleOf(arms: ArmCount[]): number {
  const most = Math.max(0.01, ...arms.map((arm) => arm.high ?? arm.rate ?? 0));
  const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1];
  return steps.find((step) => most <= step) ?? 1;
}

export function totalPeople(test: Test): number {
  return test.arms.reduce((sum, arm) => sum + (arm.people ?? 0), 0);
}

/** Whether the test fits what is looked for: by its own name and its journey's. */
export function fits(test: Test, q: string | undefined): boolean {
  if (q === undefined) return true;
  return `${nameOf(test)} ${test.journey.name}`.toLowerCase().includes(q.toLowerCase());
}
