/** The languages of the texts, each by its own name for the choice. */
export const languages = { en: "English", de: "Deutsch" } as const;

export type Language = keyof typeof languages;

/** What was chosen here, else the first of the reader's own that there is, else English. */
export function pickLanguage(chosen: string | null, preferred: readonly string[]): Language {
  for (const tag of [chosen ?? "", ...preferred]) {
    const [base = ""] = tag.toLowerCase().split("-");
    if (base in languages) return base as Language;
  }
  return "en";
}

const storedAs = "sojourn-language";

function stored(): string | null {
  try {
    return localStorage.getItem(storedAs);
  } catch {
    return null; // Storage may be forbidden; the browser's languages decide then.
  }
}

export const language = pickLanguage(stored(), globalThis.navigator?.languages ?? []);

/** Whether the texts are written as pseudo.ts says, which is for tests. */
export const isPseudo = stored() === "pseudo";

/** Every text is read again in the other language. */
export function chooseLanguage(next: Language): void {
  localStorage.setItem(storedAs, next);
  location.reload();
}
