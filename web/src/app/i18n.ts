import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { isPseudo, language } from "./language";
import app from "./locales/en/app.json";
import type { Texts } from "./texts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    resources: { app: Texts };
  }
}

const files = import.meta.glob<Record<string, unknown>>(
  ["./locales/*/*.json", "!./locales/en/app.json"],
  { import: "default" },
);

/** The texts of one part of the app; those of the frame come with it. */
export type Area =
  | "account"
  | "audit"
  | "backtest"
  | "campaigns"
  | "catalogs"
  | "companies"
  | "conditions"
  | "consent"
  | "contacts"
  | "definitions"
  | "domains"
  | "drafts"
  | "editor"
  | "events"
  | "exports"
  | "front"
  | "home"
  | "journeys"
  | "library"
  | "mailbox"
  | "messages"
  | "palette"
  | "segments"
  | "settings"
  | "team"
  | "templates"
  | "tests"
  | "transfers"
  | "webhooks";

const loaded = new Map<string, Promise<void>>();

/** Brings the texts of a part before it is shown. Rejects when the server does not answer. */
export function loadTexts(area: Area | "app"): Promise<void> {
  const known = loaded.get(area);
  if (known) return known;
  const load = files[`./locales/${language}/${area}.json`];
  if (!load) return Promise.resolve();
  const loading = load().then((texts) => addTexts(texts));
  loaded.set(area, loading);
  loading.catch(() => loaded.delete(area));
  return loading;
}

async function addTexts(texts: unknown): Promise<void> {
  const shown = isPseudo ? (await import("./pseudo")).pseudoTexts(texts) : texts;
  i18next.addResourceBundle(language, "app", shown, true, isPseudo);
}

/** To be awaited before anything is drawn. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    defaultNS: "app",
    resources: { en: { app } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
  if (isPseudo) {
    document.documentElement.dir = "rtl";
    await addTexts(app);
  }
  if (language !== "en") await loadTexts("app");
}

export { i18next };
