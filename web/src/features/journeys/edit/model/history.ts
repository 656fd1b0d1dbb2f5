import { applyPatches, differences, inverted, type Patch } from "./patches";

/** What was changed, for undo and redo: each entry is one change, newest last and next first. */
export interface History {
  past: readonly Patch[][];
  future: readonly Patch[][];
  /** What was changed last: the next change of the same thing within a moment is one step with it. */
  last: { what: string; at: number } | null;
}

export const stepsMax = 200;
const moment = 1_500;

export const noHistory: History = { past: [], future: [], last: null };

/** `what` names a change that goes on, as typing does; without it each change is a step. */
export function record<T>(
  history: History,
  before: T,
  after: T,
  at: number,
  what?: string,
): History {
  const patches = differences(before, after);
  if (patches.length === 0) return history;
  const { last, past } = history;
  const newest = past[past.length - 1];
  const goesOn = what !== undefined && last?.what === what && at - last.at < moment;
  const merged = goesOn && newest ? joined(before, newest, after) : patches;
  const earlier = goesOn && newest ? past.slice(0, -1) : past;
  return {
    past: [...earlier, merged].slice(-stepsMax),
    future: [],
    last: what === undefined ? null : { what, at },
  };
}

/** From what was before the newest change to now. */
function joined<T>(before: T, newest: Patch[], after: T): Patch[] {
  return differences(applyPatches(before, inverted(newest)), after);
}

export function undo<T>(history: History, now: T): { history: History; value: T } {
  const newest = history.past[history.past.length - 1];
  if (!newest) return { history, value: now };
  return {
    history: {
      past: history.past.slice(0, -1),
      future: [newest, ...history.future],
      last: null,
    },
    value: applyPatches(now, inverted(newest)),
  };
}

export function redo<T>(history: History, now: T): { history: History; value: T } {
  const [next, ...future] = history.future;
  if (!next) return { history, value: now };
  return {
    history: { past: [...history.past, next], future, last: null },
    value: applyPatches(now, next),
  };
}
