import { describe, expect, it } from "vitest";
import { en } from "./en";
import { settingsEn } from "./settings/en";
import { settingsZhCN } from "./settings/zh-CN";
import { zhCN } from "./zh-CN";

type Texts = { readonly [key: string]: string | Texts };

function flatten(texts: Texts, prefix = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[prefix + key, value] as [string, string]]
      : flatten(value, `${prefix}${key}.`),
  );
}

const variablesOf = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

const chinese = new Map(flatten({ ...zhCN, ...settingsZhCN }));
const english = new Map(flatten({ ...en, ...settingsEn }));

describe("the texts", () => {
  it.each([...chinese])("%s has the same variables in both languages", (key, text) => {
    expect(variablesOf(english.get(key) ?? "")).toEqual(variablesOf(text));
    expect(english.get(key)).not.toBe("");
  });

  it("have an English singular wherever a number is told", () => {
    const plural = [...english.keys()].filter((key) => key.endsWith("_other"));
    expect(plural.filter((key) => !english.has(key.replace(/_other$/, "_one")))).toEqual([]);
  });

  it("use Chinese punctuation between Chinese characters", () => {
    const halfWidth = [...chinese].filter(([, text]) =>
      /[\u4e00-\u9fff][,:;?!]|[,:;?!][\u4e00-\u9fff]/.test(text),
    );
    expect(halfWidth).toEqual([]);
  });
});
