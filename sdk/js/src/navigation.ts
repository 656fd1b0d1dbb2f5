/** Calls back when the address changes without a page load, as single-page applications do. */

/**
 * Patches `pushState` and `replaceState`, because the browser has no event for them. A change of the
 * fragment alone is the same page.
 */
export function onNavigation(changed: () => void): void {
  const address = () => location.pathname + location.search;
  let current = address();
  const look = () => {
    if (address() === current) return;
    current = address();
    changed();
  };
  for (const method of ["pushState", "replaceState"] as const) {
    const original = history[method];
    history[method] = function (...args: Parameters<History["pushState"]>) {
      original.apply(this, args);
      look();
    };
  }
  addEventListener("popstate", look);
}
