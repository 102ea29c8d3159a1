// Interface language and its texts. Only the current language is loaded.

import languages from "virtual:languages";
import { useSyncExternalStore } from "react";
import type { ApiError } from "@/api/errors";
import { storage } from "@/storage";
import { LANGUAGE_KEY } from "@/storage-keys";
import type { TextKey } from "./keys";
import { createTranslator, inTime, type Translate } from "./translate";

export { inTime, type TextKey, type Translate };

/** The code of one of the `LANGUAGES`, a BCP 47 tag. */
export type Language = string;
export const LANGUAGES = languages;

/** Separately loaded texts: of the log-in pages; of the other pages; of the settings alone; of sharing alone. */
export type TextsPart = "authTexts" | "texts" | "settingsTexts" | "shareTexts";
const loadedParts = new Set<TextsPart>();

interface Translation {
  readonly language: Language;
  /** A new function per language, so that dependent values are computed again. */
  readonly t: Translate;
}

let current: Translation | null = null;
const listeners = new Set<() => void>();

function snapshot(): Translation {
  if (!current) throw new Error("loadTexts was not called");
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

/** The last load. One begins when the previous one has ended, so that none undoes what another has changed. */
let loading: Promise<void> = Promise.resolve();

function enqueue(load: () => Promise<void>): Promise<void> {
  const result = loading.then(load);
  loading = result.catch(() => undefined);
  return result;
}

async function show(language: string, parts: ReadonlySet<TextsPart>): Promise<void> {
  const entry = LANGUAGES.find(({ code }) => code === language) ?? LANGUAGES[0];
  const dictionaries = await Promise.all([...parts].map((part) => entry[part]()));
  current = { language: entry.code, t: createTranslator(entry.code, Object.assign({}, ...dictionaries)) };
  document.documentElement.lang = entry.code;
  for (const listener of listeners) listener();
}

/**
 * Loads a part of the texts in the language of the interface, at first the one that the first-paint script has set on
 * the page. Await it before a component that shows one of them is rendered.
 */
export function loadTexts(part: TextsPart): Promise<void> {
  return enqueue(async () => {
    if (loadedParts.has(part)) return;
    const parts = new Set(loadedParts).add(part);
    // Those are among the others.
    if (parts.has("texts")) parts.delete("authTexts");
    await show(current?.language ?? document.documentElement.lang, parts);
    loadedParts.add(part);
  });
}

export function chooseLanguage(language: Language): Promise<void> {
  storage.setItem(LANGUAGE_KEY, language);
  return enqueue(() => show(language, loadedParts));
}

const SECONDS_PER_HOUR = 3600;

/** The error's text for users. An unknown code has the generic text of its kind. */
export function describeError(t: Translate, error: ApiError): string {
  const { code, reason, retryAfter } = error;
  if (code === "rate_limited") {
    if (retryAfter === null) return t("errors.rate_limited");
    if (retryAfter <= SECONDS_PER_HOUR)
      return t("errors.rate_limited_for", { time: inTime(t.language, retryAfter) });
    const key = `errors.${reason ?? "rate_limited_today"}` as TextKey;
    return t(key, { hours: Math.ceil(retryAfter / SECONDS_PER_HOUR) });
  }
  const known = t.find(`errors.${reason ?? code}`);
  if (known !== undefined) return known;
  return error.status >= 500 ? t("errors.internal_error") : t("errors.unexpected");
}
