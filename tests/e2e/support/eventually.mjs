// Waiting for another process: the condition is asked again and again until it holds or time is up.
import { setTimeout as pause } from "node:timers/promises";

const askEveryMs = 20;

/**
 * Resolves with the first truthy value of `condition` (which may be async), and rejects after
 * `withinMs` with `what` was waited for and the last error. An error counts as "not yet".
 */
export async function eventually(what, condition, withinMs = 10_000) {
  const end = performance.now() + withinMs;
  let last;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) {
      throw new Error(`not within ${withinMs} ms: ${what}`, { cause: last });
    }
    await pause(askEveryMs);
  }
}
