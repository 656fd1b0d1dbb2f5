import { parseDocument } from "yaml";
import type { RecipeFile } from "./recipe-files";

export interface Recipe {
  key: string;
  name: string;
  /** What its file says of it, in its first lines. */
  text: string;
  journey: RecipeFile;
  /** The definitions that it needs, and that those need. */
  parts: RecipeFile[];
}

interface Part {
  file: RecipeFile;
  key: string;
  isJourney: boolean;
  words: ReadonlySet<string>;
}

/** The comment at the beginning of a file. */
export function openingComment(text: string): string {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("#"));
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .map((line) => line.replace(/^#\s?/, ""))
    .join(" ");
}

function read(file: RecipeFile): Part {
  const value: unknown = parseDocument(file.text).toJS();
  const top = isNode(value) ? value : {};
  const isTemplate = top.kind === "template";
  const texts = textsIn(value).filter(({ member }) => !isTemplate || member === "block");
  return {
    file,
    key: String(top.key ?? ""),
    isJourney: top.kind === "journey",
    // A definition names another by its key; a word that is none by accident only brings more along.
    words: new Set(texts.flatMap(({ text }) => text.match(/[a-z0-9][a-z0-9_-]*/g) ?? [])),
  };
}

const isNode = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every text of a definition, with the member that holds it. */
function textsIn(value: unknown, member = ""): { member: string; text: string }[] {
  if (typeof value === "string") return [{ member, text: value }];
  if (Array.isArray(value)) return value.flatMap((each) => textsIn(each, member));
  if (!isNode(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => textsIn(each, name));
}

/** One recipe for each journey of the examples, with what it needs from the same example. */
export function recipesOf(files: readonly RecipeFile[]): Recipe[] {
  const parts = files.map(read);
  return parts
    .filter((part) => part.isJourney)
    .map((journey) => ({
      key: journey.key,
      name: nameOf(journey.file.text) ?? journey.key,
      text: openingComment(journey.file.text),
      journey: journey.file,
      parts: needed(journey, parts).map((part) => part.file),
    }));
}

const nameOf = (text: string) => /^name:[ \t]*(.+?)[ \t]*$/m.exec(text)?.[1];

/** Other journeys only where it enters them: those that share a word with it are left out. */
function needed(journey: Part, all: readonly Part[]): Part[] {
  const near = all.filter((part) => part.file.example === journey.file.example);
  const entered = new Set(
    [...journey.file.text.matchAll(/\benter: *([a-z0-9_-]+)/g)].map((match) => match[1]),
  );
  const found = new Set<Part>();
  const open = [journey];
  for (let from = open.pop(); from; from = open.pop()) {
    for (const part of near) {
      if (part === journey || found.has(part)) continue;
      const isNamed = part.isJourney
        ? from === journey && entered.has(part.key)
        : from.words.has(part.key);
      if (!isNamed) continue;
      found.add(part);
      open.push(part);
    }
  }
  return [...found];
}

/** The text with another key. */
export function withKey(text: string, key: string): string {
  return text.replace(/^key:.*$/m, `key: ${key}`);
}

const keyLengthMax = 60;

/** A key for a name: what the server allows in one, and none of `taken`. */
export function keyFor(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, keyLengthMax)
    .replace(/-+$/, "");
  const key = plain || "journey";
  if (!taken.has(key)) return key;
  for (let number = 2; ; ++number) {
    if (!taken.has(`${key}-${number}`)) return `${key}-${number}`;
  }
}
