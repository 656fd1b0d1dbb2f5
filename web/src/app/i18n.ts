import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./locales/en.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    resources: { app: typeof en };
  }
}

void i18next.use(initReactI18next).init({
  lng: "en",
  fallbackLng: "en",
  defaultNS: "app",
  resources: { en: { app: en } },
  interpolation: { escapeValue: false },
  returnNull: false,
});

export { i18next };
