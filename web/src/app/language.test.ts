import { expect, test } from "vitest";
import { pickLanguage } from "./language";

test.each([
  [null, ["de-AT", "en"], "de"],
  [null, ["fr-FR", "de"], "de"],
  [null, ["fr"], "en"],
  [null, [], "en"],
  ["en", ["de"], "en"],
  ["de", ["en-US"], "de"],
  ["xx", ["DE"], "de"],
])("chosen %s of %j is %s", (chosen, preferred, language) => {
  expect(pickLanguage(chosen, preferred)).toBe(language);
});
