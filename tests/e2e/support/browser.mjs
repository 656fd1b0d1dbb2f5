// Debian's Chromium, which talks to loopback only.
import { chromium } from "playwright-core";

export const executablePath = process.env.CHROMIUM_BIN || "/usr/bin/chromium";

export function openBrowser() {
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Fails every request that would leave the machine. The returned list names those that tried. */
export async function keepOnLoopback(context) {
  const left = [];
  await context.route(
    (url) => !["127.0.0.1", "localhost"].includes(url.hostname) && /^http|^ws/.test(url.protocol),
    (route) => {
      left.push(route.request().url());
      return route.abort();
    },
  );
  return left;
}
