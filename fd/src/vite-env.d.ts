/// <reference types="vite/client" />

/** The interface languages (`languages.config.ts`), by code. */
declare module "virtual:languages" {
  interface LanguageEntry {
    readonly code: string;
    readonly name: string;
    readonly authTexts: () => Promise<import("@/i18n/dictionary").AuthDictionary>;
    /** Includes `authTexts`, so that the chat page loads one file. */
    readonly texts: () => Promise<
      import("@/i18n/dictionary").AuthDictionary & import("@/i18n/dictionary").Dictionary
    >;
    readonly settingsTexts: () => Promise<import("@/i18n/dictionary").SettingsDictionary>;
    readonly shareTexts: () => Promise<import("@/i18n/dictionary").ShareDictionary>;
  }
  /** The first one is the default. */
  const languages: readonly [LanguageEntry, ...LanguageEntry[]];
  export default languages;
}

/** The texts of the first-paint script, by language; the first one is the default (`languages.config.ts`). */
declare module "virtual:first-paint-texts" {
  type Name = "welcome" | "placeholder" | "footer" | "failed" | "reload";
  const texts: Readonly<Record<string, Readonly<Record<Name, string>>>>;
  export default texts;
}
