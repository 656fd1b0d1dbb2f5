import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("..", import.meta.url).pathname;
const physical =
  /\b(?:margin|padding|border)-(?:left|right)\b|text-align: (?:left|right)|^\s+(?:left|right):/gm;

// What is drawn by coordinates, where x grows to the right in every language.
const drawn = new Set([
  "features/journeys/journey.module.css",
  "features/journeys/edit/editor.module.css",
]);

test("styles say start and end, so that pages can be read from right to left", () => {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".module.css") && !drawn.has(file),
  );
  expect(files.length).toBeGreaterThan(10);
  const found = files.flatMap((file) =>
    (readFileSync(`${root}${file}`, "utf8").match(physical) ?? []).map((at) => `${file}:${at}`),
  );
  expect(found).toEqual([]);
});
