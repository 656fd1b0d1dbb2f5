// Looks at a screen of the web app, or at a page for contacts, as it is now: rules of accessibility, and a picture for people.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import axe from "axe-core";

const shots = path.join(import.meta.dirname, "..", "shots");

const desk = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };

/** Waits until the content of a page of the app has come. */
export async function settled(page) {
  await page.locator("main h1").first().waitFor();
  await page.waitForFunction(() => !document.querySelector('main [role="status"][aria-label]'));
}

/** `inspect`, then a picture on a phone, where nothing may stick out. */
export async function lookAt(page, name) {
  await inspect(page, name);
  await page.setViewportSize(phone);
  await page.waitForFunction((width) => window.innerWidth === width, phone.width);
  const wider = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.equal(wider, 0, `${name} scrolls sideways on a phone`);
  await picture(page, `${name}-phone`);
  await page.setViewportSize(desk);
  await page.waitForFunction((width) => window.innerWidth === width, desk.width);
}

export async function picture(page, name) {
  await mkdir(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
}

/**
 * Asserts that axe finds no violation, in light and in dark; the pictures go to `shots/`. `isApp: false` for
 * pages that have no scripts of their own.
 */
export async function inspect(page, name, { isApp = true } = {}) {
  // Colours that are on their way are no one's choice.
  await page.evaluate(() => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, *::before, *::after { transition: none !important }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
  });
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    if (isApp) {
      await page.waitForFunction(
        (wanted) => document.documentElement.dataset.mantineColorScheme === wanted,
        scheme,
      );
    }
    await picture(page, `${name}-${scheme}`);
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      // The rendered mail is somebody's template in a frame without scripts, not our screen.
      const { violations: found } = await window.axe.run(document, { iframes: false });
      return found.map(({ id, help, nodes }) => ({
        id,
        help,
        where: nodes.slice(0, 3).map(({ html, failureSummary }) => ({ html, failureSummary })),
      }));
    });
    assert.deepEqual(violations, [], `${name}, ${scheme}`);
  }
}
