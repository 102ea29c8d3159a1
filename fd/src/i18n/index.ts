// Interface language and its texts. Only the current language is loaded.

import languages from "virtual:languages";
import { useSyncExternalStore } from "react";
import type { ApiError } from "@/api/errors";
import { storage } from "@/storage";
import { LANGUAGE_KEY } from "@/storage-keys";
import type { TextKey } from "./keys";
import { createTranslator, type Translate } from "./translate";

export type { TextKey, Translate };

/** The code of one of the `LANGUAGES`, a BCP 47 tag. */
export type Language = string;
export const LANGUAGES = languages;

/** Whether the settings were opened, whose texts are then loaded in each language. */
let withSettings = false;

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

/** Loads the texts of a language; by default of the one that the first-paint script has set on the page. */
export async function startI18n(language: Language = document.documentElement.lang): Promise<void> {
  const { code, texts, settingsTexts } = LANGUAGES.find((item) => item.code === language) ?? LANGUAGES[0];
  const [ownTexts, ownSettingsTexts] = await Promise.all([texts(), withSettings ? settingsTexts() : null]);
  current = { language: code, t: createTranslator(code, { ...ownTexts, ...ownSettingsTexts }) };
  document.documentElement.lang = code;
  for (const listener of listeners) listener();
}

/** Loads the texts of the settings pages; the other pages do without. */
export async function loadSettingsTexts(): Promise<void> {
  if (withSettings) return;
  withSettings = true;
  try {
    await startI18n(snapshot().language);
  } catch (error) {
    withSettings = false;
    throw error;
  }
}

export async function chooseLanguage(language: Language): Promise<void> {
  storage.setItem(LANGUAGE_KEY, language);
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
