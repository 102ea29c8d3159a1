import type { zhCN } from "./zh-CN";

type Texts<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]>;
};

/** Languages that tell one from many add `_one` forms to the keys that Chinese has as `_other`. */
type Singulars<T> = {
  readonly [K in keyof T as K extends `${infer Stem}_other` ? `${Stem}_one` : never]?: string;
};

/** What every language must have: the same keys as the Chinese texts. */
export type Dictionary = {
  readonly [Section in keyof typeof zhCN]: Texts<(typeof zhCN)[Section]> & Singulars<(typeof zhCN)[Section]>;
};
