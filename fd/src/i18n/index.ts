// Interface language and its texts. Only the current language is loaded.
import { useSyncExternalStore } from "react";
import type { ApiError } from "@/api/errors";
import { LANGUAGE_KEY } from "@/storage-keys";
import type { Dictionary, ModelDictionary } from "./dictionary";
import type { TextKey } from "./keys";
import { createTranslator, type Translate } from "./translate";

export type { TextKey, Translate };

export type Language = "zh-CN" | "en";
export const LANGUAGES: readonly { code: Language; name: string }[] = [
  { code: "zh-CN", name: "简体中文" },
  { code: "en", name: "English" },
];

const dictionaries: Record<Language, () => Promise<Dictionary>> = {
  "zh-CN": async () => (await import("./zh-CN")).zhCN,
  en: async () => (await import("./en")).en,
};

const modelDictionaries: Record<Language, () => Promise<ModelDictionary>> = {
  "zh-CN": async () => (await import("./models/zh-CN")).modelsZhCN,
  en: async () => (await import("./models/en")).modelsEn,
};

/** Whether a page was opened that has the texts of the settings of models. */
let withModelTexts = false;

interface Translation {
  readonly language: Language;
  /** A new function per language, so that dependent values are computed again. */
  readonly t: Translate;
}

let current: Translation | null = null;
const listeners = new Set<() => void>();

function snapshot(): Translation {
  if (!current) throw new Error("startI18n was not called");
  return current;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The interface language and its texts; renders again when the language changes. */
export function useTranslation(): Translation {
  return useSyncExternalStore(subscribe, snapshot);
}

/** Loads the texts of a language; by default of the one that the early script has set on the page. */
export async function startI18n(
  language: Language = document.documentElement.lang === "en" ? "en" : "zh-CN",
): Promise<void> {
  const [texts, modelTexts] = await Promise.all([
    dictionaries[language](),
    withModelTexts ? modelDictionaries[language]() : null,
  ]);
  current = { language, t: createTranslator(language, { ...texts, ...modelTexts }) };
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

/** Loads the texts of the settings of models; the other pages do without. */
export async function loadModelTexts(): Promise<void> {
  if (withModelTexts) return;
  withModelTexts = true;
  await startI18n(snapshot().language);
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(LANGUAGE_KEY, language);
  await startI18n(language);
}

const SECONDS_PER_HOUR = 3600;

/** The error's text for users. An unknown code has the generic text of its kind. */
export function describeError(t: Translate, error: ApiError): string {
  if (error.code === "rate_limited" && error.retryAfter !== null) {
    // Only the default model has a daily quota.
    if (error.retryAfter > SECONDS_PER_HOUR)
      return t("errors.rate_limited_today", { hours: Math.ceil(error.retryAfter / SECONDS_PER_HOUR) });
    return t("errors.rate_limited_for", { seconds: error.retryAfter });
  }
  const known = t.find(`errors.${error.reason ?? error.code}`);
  if (known !== undefined) return known;
  return error.status >= 500 ? t("errors.internal_error") : t("errors.unexpected");
}
