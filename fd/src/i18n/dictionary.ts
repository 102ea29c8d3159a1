import type { authTexts, settingsTexts, shareTexts, texts } from "./zh-CN";

type Texts<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]>;
};

/** Languages with plural forms add the other forms to the keys that are `_other` in Chinese. */
type Plurals<T> = {
  readonly [K in keyof T as K extends `${infer Stem}_other`
    ? `${Stem}_${Exclude<Intl.LDMLPluralRule, "other">}`
    : never]?: string;
};

type Translated<Chinese> = {
  readonly [Section in keyof Chinese]: Texts<Chinese[Section]> & Plurals<Chinese[Section]>;
};

/** The texts of the log-in pages in a language, with the same keys as the Chinese ones. */
export type AuthDictionary = Translated<typeof authTexts>;

/** The texts that are loaded after a login, besides those of the log-in pages. */
export type Dictionary = Translated<typeof texts>;

/** The texts of the settings pages, which are loaded with their page. */
export type SettingsDictionary = Translated<typeof settingsTexts>;

/** The texts of sharing and of the pages behind share links, which are loaded with them. */
export type ShareDictionary = Translated<typeof shareTexts>;
