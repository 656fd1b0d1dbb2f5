/** What was before and after a document, for undo and redo. */
export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
  /** What was changed last: the next change of the same thing within a moment is one step with it. */
  last: { what: string; at: number } | null;
}

export const stepsMax = 200;
const moment = 1_500;

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [], last: null };
}

/** `what` names a change that goes on, as typing does; without it each change is a step. */
export function push<T>(history: History<T>, next: T, at: number, what?: string): History<T> {
  if (next === history.present) return history;
  const { last } = history;
  const goesOn = what !== undefined && last?.what === what && at - last.at < moment;
  return {
    past: goesOn ? history.past : [...history.past, history.present].slice(-stepsMax),
    present: next,
    future: [],
    last: what === undefined ? null : { what, at },
  };
}

export function undo<T>(history: History<T>): History<T> {
  const before = history.past[history.past.length - 1];
  if (before === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present: before,
    future: [history.present, ...history.future],
    last: null,
  };
}

export function redo<T>(history: History<T>): History<T> {
  const [after, ...future] = history.future;
  if (after === undefined) return history;
  return { past: [...history.past, history.present], present: after, future, last: null };
}
