// The preferences of this browser in a take-out, and in the import of one.
import { usePreferences } from "@/features/settings";
import { chooseLanguage, LANGUAGES } from "@/i18n";
import { storage } from "@/storage";
import { LANGUAGE_KEY } from "@/storage-keys";

/** Null: as before the user chooses. */
export interface FoundPreferences {
  readonly language: string | null;
  readonly theme: "light" | "dark" | null;
  readonly text_size: "small" | "large" | "larger" | null;
  readonly send_key: "enter" | "mod-enter" | null;
  readonly draw_diagrams: boolean | null;
}

export function browserPreferences(): FoundPreferences {
  const { theme, textSize, sendKey, drawDiagrams } = usePreferences.getState();
  return {
    language: storage.getItem(LANGUAGE_KEY),
    theme: theme === "system" ? null : theme,
    text_size: textSize === "normal" ? null : textSize,
    send_key: sendKey,
    draw_diagrams: drawDiagrams ? null : false,
  };
}

/** Applies those that the user of this browser has not chosen. */
export async function applyPreferences(found: FoundPreferences): Promise<void> {
  const own = browserPreferences();
  usePreferences.setState({
    ...(found.theme !== null && own.theme === null && { theme: found.theme }),
    ...(found.text_size !== null && own.text_size === null && { textSize: found.text_size }),
    ...(found.send_key !== null && own.send_key === null && { sendKey: found.send_key }),
    ...(found.draw_diagrams === false && { drawDiagrams: false }),
  });
  const { language } = found;
  if (language !== null && own.language === null && LANGUAGES.some(({ code }) => code === language))
    await chooseLanguage(language);
}
