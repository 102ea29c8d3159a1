import type { Language } from "@/i18n";
import { LANGUAGE_KEY } from "@/storage-keys";

/** The language of the user's choice, or else of the browser, or else Chinese. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(LANGUAGE_KEY);
  if (stored === "zh-CN" || stored === "en") return stored;
  for (const tag of navigator.languages) {
    if (tag.toLowerCase().startsWith("zh")) return "zh-CN";
    if (tag.toLowerCase().startsWith("en")) return "en";
  }
  return "zh-CN";
}
