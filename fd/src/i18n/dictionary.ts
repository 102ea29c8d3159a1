import type { settingsZhCN } from "./settings/zh-CN";
import type { zhCN } from "./zh-CN";

type Texts<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]>;
};

/** Languages with a singular add `_one` forms to the keys that are `_other` in Chinese. */
type Singulars<T> = {
  readonly [K in keyof T as K extends `${infer Stem}_other` ? `${Stem}_one` : never]?: string;
};

type Translated<Chinese> = {
  readonly [Section in keyof Chinese]: Texts<Chinese[Section]> & Singulars<Chinese[Section]>;
};

/** The texts of a language, with the same keys as the Chinese ones. */
export type Dictionary = Translated<typeof zhCN>;

/** The texts of the settings pages, which are loaded with their page. */
export type SettingsDictionary = Translated<typeof settingsZhCN>;
