/**
 * English as nobody writes it, from right to left: longer by a third, with accents and between brackets, so that what
 * is not translated, what is cut and what is put on the wrong side can be seen. Chosen by
 * `localStorage["sojourn-language"] = "pseudo"`; in no list.
 */
const accented: Record<string, string> = {
  a: "á",
  c: "ç",
  e: "é",
  i: "î",
  n: "ñ",
  o: "ö",
  s: "š",
  u: "ü",
  y: "ý",
  A: "Á",
  C: "Ç",
  E: "É",
  I: "Î",
  N: "Ñ",
  O: "Ö",
  S: "Š",
  U: "Ü",
  Y: "Ý",
};

const padding = 0.33;

/** One text; placeholders, and markup, stay as they are. */
export function pseudoText(text: string): string {
  const parts = text.split(/(\{\{[^}]*\}\}|<[^>]*>)/);
  const written = parts
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(/[a-z]/gi, (letter) => accented[letter] ?? letter),
    )
    .join("");
  return `⟦${written}${"·".repeat(Math.ceil(text.length * padding))}⟧`;
}

/** A bundle of texts, each of them written so. */
export function pseudoTexts(texts: unknown): unknown {
  if (typeof texts === "string") return pseudoText(texts);
  if (typeof texts !== "object" || texts === null) return texts;
  return Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [name, pseudoTexts(value)]),
  );
}
