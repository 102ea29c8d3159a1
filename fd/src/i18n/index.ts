// The interface language: chosen by the user, else by the browser, else Chinese. One language is loaded at a time.
import i18next, { type TFunction } from "i18next";
import { initReactI18next } from "react-i18next";
import type { ApiError } from "@/api/errors";
import type { Dictionary } from "./dictionary";
import type { zhCN } from "./zh-CN";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof zhCN };
  }
}

export type Language = "zh-CN" | "en";
export const LANGUAGES: readonly { code: Language; name: string }[] = [
  { code: "zh-CN", name: "简体中文" },
  { code: "en", name: "English" },
];

const STORAGE_KEY = "language";

const dictionaries: Record<Language, () => Promise<Dictionary>> = {
  "zh-CN": async () => (await import("./zh-CN")).zhCN,
  en: async () => (await import("./en")).en,
};

function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === "zh-CN" || stored === "en") return stored;
  for (const tag of navigator.languages) {
    if (tag.toLowerCase().startsWith("zh")) return "zh-CN";
    if (tag.toLowerCase().startsWith("en")) return "en";
  }
  return "zh-CN";
}

async function load(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    i18next.addResourceBundle(language, "translation", await dictionaries[language]());
  }
  await i18next.changeLanguage(language);
  // Decides the shapes of Chinese characters and how screen readers speak.
  document.documentElement.lang = language;
}

export async function startI18n(language: Language = preferredLanguage()): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    fallbackLng: false,
    // React escapes; escaping twice would show entities.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await load(language);
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORAGE_KEY, language);
  await load(language);
}

/** What went wrong, in words for people. Codes that are not known yet have the general words of their kind. */
export function describeError(t: TFunction, error: ApiError): string {
  if (error.code === "rate_limited" && error.retryAfter !== null) {
    return t("errors.rate_limited_for", { seconds: error.retryAfter });
  }
  const key = `errors.${error.code}`;
  if (i18next.exists(key)) return t(key as "errors.unexpected");
  return error.status >= 500 ? t("errors.internal_error") : t("errors.unexpected");
}
