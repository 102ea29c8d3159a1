import type { zhCN } from "./zh-CN";

type Paths<T, Prefix extends string = ""> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : Paths<T[K], `${Prefix}${K}.`>;
}[keyof T & string];

/** Texts that depend on a number are asked for without the suffix that tells which form. */
type WithoutPluralForm<Key extends string> = Key extends `${infer Stem}_other` ? Stem : Key;

/** What `t` takes: the path of a text in the dictionary. */
export type TextKey = WithoutPluralForm<Paths<typeof zhCN>>;
