import TEXTS from "virtual:first-paint-texts";
import type { Language } from "@/i18n";
import { LANGUAGE_KEY } from "@/storage-keys";

/** The language of the user's choice, or else the closest one to a language of the browser, or else the default. */
export function preferredLanguage(languages: readonly Language[] = Object.keys(TEXTS)): Language {
  const stored = storedLanguage();
  if (stored !== null && languages.includes(stored)) return stored;
  for (const tag of navigator.languages) {
    const wanted = writtenForm(tag);
    const match =
      languages.find((code) => code === tag) ?? languages.find((code) => writtenForm(code) === wanted);
    if (match !== undefined) return match;
  }
  return languages[0] as Language;
}

function storedLanguage(): Language | null {
  try {
    return localStorage.getItem(LANGUAGE_KEY);
  } catch {
    // The browser blocks site data.
    return null;
  }
}

/** A language with its script: `zh-Hant` of `zh-HK`, `en-Latn` of `en-GB`. */
function writtenForm(tag: string): string {
  const { language, script } = new Intl.Locale(tag).maximize();
  return `${language}-${script}`;
}
