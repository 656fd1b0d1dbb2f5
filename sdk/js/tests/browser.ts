/** Lets one test open several pages: happy-dom has one window, in which listeners would pile up. */
import { vi } from "vitest";

type Target = Pick<EventTarget, "addEventListener" | "removeEventListener">;

let undo: (() => void)[] = [];

/** From now on listeners and history patches are remembered, for `leavePage` to remove. */
export function watchPage(): void {
  const { pushState, replaceState } = history;
  undo = [() => Object.assign(history, { pushState, replaceState })];
  for (const target of [globalThis, document] as Target[]) {
    const add = target.addEventListener;
    vi.spyOn(target, "addEventListener").mockImplementation(
      (...args: Parameters<Target["addEventListener"]>) => {
        undo.push(() => target.removeEventListener(args[0], args[1]));
        add.apply(target, args);
      },
    );
  }
}

export function leavePage(): void {
  vi.clearAllTimers();
  for (const step of undo.splice(0)) step();
}
