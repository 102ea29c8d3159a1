import { describe, expect, it } from "vitest";
import { LANGUAGES } from ".";

type Texts = { readonly [key: string]: string | Texts };

function flatten(texts: Texts, prefix = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[prefix + key, value] as [string, string]]
      : flatten(value, `${prefix}${key}.`),
  );
}

const variablesOf = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

const dictionaries = new Map(
  await Promise.all(
    LANGUAGES.map(async ({ code, texts, settingsTexts, shareTexts }) => {
      const parts = await Promise.all([texts(), settingsTexts(), shareTexts()]);
      const entries = flatten(Object.assign({}, ...parts));
      return [code, new Map(entries)] as const;
    }),
  ),
);
const textsOf = (code: string) => dictionaries.get(code) ?? new Map<string, string>();
const chinese = textsOf("zh-CN");

/** The plural forms that a language uses for whole numbers, other than `other`. */
function otherForms(code: string): string[] {
  const rules = new Intl.PluralRules(code);
  return rules.resolvedOptions().pluralCategories.filter((form) => form !== "other" && form !== "many");
}

describe.each([...dictionaries.keys()])("the texts in %s", (code) => {
  const texts = textsOf(code);

  it("are complete, with the variables of the Chinese ones", () => {
    const incomplete = [...chinese].filter(
      ([key, text]) =>
        !texts.get(key) || String(variablesOf(texts.get(key) ?? "")) !== String(variablesOf(text)),
    );
    expect(incomplete).toEqual([]);
  });

  it("have each plural form of the language wherever a number is shown", () => {
    const plural = [...texts.keys()].filter((key) => key.endsWith("_other"));
    const missing = plural.flatMap((key) =>
      otherForms(code)
        .map((form) => key.replace(/other$/, form))
        .filter((name) => !texts.has(name)),
    );
    expect(missing).toEqual([]);
  });

  it("use wide punctuation between Chinese or Japanese characters", () => {
    const halfWidth = [...texts].filter(([, text]) =>
      /[\u3040-\u30ff\u4e00-\u9fff][,:;?!]|[,:;?!][\u3040-\u30ff\u4e00-\u9fff]/.test(text),
    );
    expect(halfWidth).toEqual([]);
  });
});

describe("the Chinese and Japanese texts", () => {
  it.each([
    ["zh-CN", /您|账户|词元|聊天记录/],
    ["zh-TW", /您|帳戶|詞元|聊天紀錄|回收桶|服務商/],
    ["ja", /ゴミ箱|ブラウザー|会話|プロフィール設定/],
  ])("have one word for one thing (%s)", (code, others) => {
    expect([...textsOf(code)].filter(([, text]) => others.test(text))).toEqual([]);
  });
});

/** Errors whose text is the action itself, or stands above the action. */
const ONE_SENTENCE = ["unauthorized", "weak_password", "invalid_token", "reauthentication_required"];

it("errors have a text that says what happened, and then what to do", () => {
  const errors = [...textsOf("en")].filter(([key]) => /^errors\.[a-z_]+$/.test(key));
  const short = errors.filter(([, text]) => !/[.;] \S/.test(text)).map(([key]) => key.replace("errors.", ""));
  expect(short.sort()).toEqual(ONE_SENTENCE.sort());
});
