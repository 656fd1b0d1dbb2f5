import { isNode, type Path, setIn } from "./definition";

/** One place that a change made different; `undefined` is not there. */
export interface Patch {
  path: Path;
  before: unknown;
  after: unknown;
}

/** What differs, as few and as small places as that can be said in. */
export function differences(before: unknown, after: unknown, path: Path = []): Patch[] {
  if (before === after) return [];
  if (isNode(before) && isNode(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => differences(before[name], after[name], [...path, name]));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((each, index) => differences(each, after[index], [...path, index]));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

export function applyPatches<T>(value: T, patches: readonly Patch[]): T {
  return patches.reduce((now, patch) => setIn(now, patch.path, patch.after), value);
}

export function inverted(patches: readonly Patch[]): Patch[] {
  return patches
    .map((patch) => ({ path: patch.path, before: patch.after, after: patch.before }))
    .reverse();
}
