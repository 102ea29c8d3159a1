import type { authTexts, settingsTexts, shareTexts, texts } from "./zh-CN";

type Paths<T, Prefix extends string = ""> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : Paths<T[K], `${Prefix}${K}.`>;
}[keyof T & string];

/** Keys of plural texts are used without the suffix of their form. */
type WithoutPluralForm<Key extends string> = Key extends `${infer Stem}_other` ? Stem : Key;

/** A key of `t`: the path of a text in the dictionary. */
export type TextKey = WithoutPluralForm<
  Paths<typeof authTexts> | Paths<typeof texts> | Paths<typeof settingsTexts> | Paths<typeof shareTexts>
>;
