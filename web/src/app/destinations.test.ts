import { expect, test } from "vitest";
import { destinations } from "./destinations";

test("every page has a letter of its own", () => {
  const keys = destinations.map(({ key }) => key);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});
