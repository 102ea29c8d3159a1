import type { zhCN } from "./zh-CN";

type Texts<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]>;
};

/** Languages with a singular add `_one` forms to the keys that are `_other` in Chinese. */
type Singulars<T> = {
  readonly [K in keyof T as K extends `${infer Stem}_other` ? `${Stem}_one` : never]?: string;
};

/** The texts of a language, with the same keys as the Chinese ones. */
export type Dictionary = {
  readonly [Section in keyof typeof zhCN]: Texts<(typeof zhCN)[Section]> & Singulars<(typeof zhCN)[Section]>;
};
