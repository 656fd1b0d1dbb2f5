import { expect, test } from "vitest";
import { loadRecipeFiles } from "./recipe-files";
import { keyFor, recipesOf, withKey } from "./recipes";

test("each example's journey comes with all that it needs and no more", async () => {
  const recipes = recipesOf(await loadRecipeFiles());
  const partsOf = (key: string) =>
    recipes
      .find((recipe) => recipe.key === key)
      ?.parts.map((part) => part.path)
      .sort();
  expect(recipes.map((recipe) => recipe.key)).toContain("welcome");
  expect(recipes.every((recipe) => recipe.text !== "")).toBe(true);
  expect(partsOf("onboarding")).toEqual(["templates/first-steps.yaml", "templates/welcome.yaml"]);
  expect(partsOf("hot-lead")).toContain("journeys/nurture.yaml");
  expect(partsOf("hot-lead")).toContain("segments/hot-leads.yaml");
  expect(partsOf("win-back")).toContain("lists/sunset.yaml");
});

test("a key is made of the name, and is none that is taken", () => {
  expect(keyFor("Frühling & Co", new Set())).toBe("fruhling-co");
  expect(keyFor("welcome", new Set(["welcome"]))).toBe("welcome-2");
  expect(withKey("kind: journey\nkey: a\nname: key", "b")).toBe("kind: journey\nkey: b\nname: key");
});
