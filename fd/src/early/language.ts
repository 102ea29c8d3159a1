import type { Language } from "@/i18n";
import { LANGUAGE_KEY } from "@/storage-keys";

/** The language chosen by the user, else by the browser, else Chinese. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(LANGUAGE_KEY);
  if (stored === "zh-CN" || stored === "en") return stored;
  for (const tag of navigator.languages) {
    if (tag.toLowerCase().startsWith("zh")) return "zh-CN";
    if (tag.toLowerCase().startsWith("en")) return "en";
  }
  return "zh-CN";
}
