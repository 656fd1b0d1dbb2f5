import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { languages } from "./language";

const root = new URL("./locales/", import.meta.url).pathname;

function leaves(texts: object, path = ""): [string, string][] {
  return Object.entries(texts).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[path + name, value]] : leaves(value, `${path}${name}.`),
  );
}

const areas = readdirSync(`${root}en`);
const read = (language: string, area: string) =>
  leaves(JSON.parse(readFileSync(`${root}${language}/${area}`, "utf8")) as object);
const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

describe.each(Object.keys(languages))("the texts in %s", (language) => {
  test("are the same files", () => {
    expect(readdirSync(`${root}${language}`)).toEqual(areas);
  });

  test.each(areas)("%s has every text with its placeholders", (area) => {
    const english = new Map(read("en", area));
    const texts = read(language, area);
    expect(texts.map(([key]) => key)).toEqual([...english.keys()]);
    for (const [key, text] of texts) {
      expect([key, placeholders(text)]).toEqual([key, placeholders(english.get(key) ?? "")]);
      expect(text.trim(), key).not.toBe("");
    }
  });
});

test("no two areas have the same key", () => {
  const keys = areas.flatMap((area) => read("en", area).map(([key]) => key));
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});
