// Translation of keys, with variables and plural forms.
import type { TextKey } from "./keys";

export type Variables = Readonly<Record<string, string | number>>;

export interface Translate {
  /** The text of a key with its `{{variables}}` filled in; `count` chooses between `_one` and `_other`. */
  (key: TextKey, variables?: Variables): string;
  /** The text of a key that may not exist, such as one made from the code of an error. */
  find(key: string): string | undefined;
  readonly language: string;
}

type Texts = { readonly [key: string]: string | Texts };

export function createTranslator(language: string, dictionary: Texts): Translate {
  const plurals = new Intl.PluralRules(language);

  const find = (key: string): string | undefined => {
    let node: string | Texts | undefined = dictionary;
    for (const name of key.split(".")) {
      node = typeof node === "object" && Object.hasOwn(node, name) ? node[name] : undefined;
    }
    return typeof node === "string" ? node : undefined;
  };

  const translate = (key: TextKey, variables: Variables = {}): string => {
    const { count } = variables;
    const plural = typeof count === "number" ? find(`${key}_${plurals.select(count)}`) : undefined;
    const text = plural ?? find(key) ?? find(`${key}_other`) ?? key;
    return text.replace(/\{\{(\w+)\}\}/g, (mark, name: string) => String(variables[name] ?? mark));
  };

  return Object.assign(translate, { find, language });
}

/** A relative time such as "in 20 seconds", in a suitable unit. */
export function inTime(language: string, seconds: number): string {
  const format = new Intl.RelativeTimeFormat(language);
  if (seconds < 120) return format.format(seconds, "second");
  if (seconds < 7200) return format.format(Math.ceil(seconds / 60), "minute");
  if (seconds < 172_800) return format.format(Math.ceil(seconds / 3600), "hour");
  return format.format(Math.ceil(seconds / 86_400), "day");
}
