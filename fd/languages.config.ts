// Vite plugin: the interface languages. Each is a file of `src/i18n` named by its code; nothing else lists them.
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { type Plugin, runnerImport } from "vite";
import type { AuthDictionary, Dictionary, SettingsDictionary, ShareDictionary } from "./src/i18n/dictionary";

const LANGUAGE_FILE = /^([a-z]{2,3}(?:-[A-Z][A-Za-z]+)?)\.ts$/;
const FOLDER = "src/i18n";

/** The first language of the list: for users whose browser prefers none of them. */
const DEFAULT_LANGUAGE = "zh-CN";

/** The exports of a language's file. */
interface LanguageFile {
  readonly name: string;
  readonly authTexts: AuthDictionary;
  readonly texts: Dictionary;
  readonly settingsTexts: SettingsDictionary;
  readonly shareTexts: ShareDictionary;
}

/** The codes and names of all languages, with the loaders of their texts. */
const LIST = "virtual:languages";
/** The few texts of the first-paint script, by language: a whole dictionary would be several times its size. */
const FIRST_PAINT_TEXTS = "virtual:first-paint-texts";
/** `virtual:texts/<code>/<part>`: a dictionary from a language's file, so that each is a chunk of its own. */
const TEXTS = /^virtual:texts\/([\w-]+)\/(\w+)$/;
type Sections = Readonly<Record<string, object>>;

/** Both texts; a section may be in both. */
function merged(some: Sections, others: Sections): Sections {
  const sections = Object.keys({ ...some, ...others });
  return Object.fromEntries(sections.map((name) => [name, { ...some[name], ...others[name] }]));
}

/** The dictionaries by the part that is loaded. `texts` repeats `authTexts`: a chat page makes one request for both. */
const PARTS: Record<string, (file: LanguageFile) => object> = {
  authTexts: ({ authTexts }) => authTexts,
  texts: ({ authTexts, texts }) => merged(authTexts, texts),
  settingsTexts: ({ settingsTexts }) => settingsTexts,
  shareTexts: ({ shareTexts }) => shareTexts,
};

/** Serves the languages of a folder as modules, which `src/vite-env.d.ts` declares. */
export function languages(folder = FOLDER): Plugin {
  const found = readdirSync(folder).flatMap((file) => LANGUAGE_FILE.exec(file)?.[1] ?? []);
  const codes = [DEFAULT_LANGUAGE, ...found.filter((code) => code !== DEFAULT_LANGUAGE).sort()];
  const pathOf = (code: string) => resolve(folder, `${code}.ts`);
  const read = async (code: string) => (await runnerImport<LanguageFile>(pathOf(code))).module;

  async function list(): Promise<string> {
    const items = await Promise.all(
      codes.map(async (code) => {
        const load = (part: string) => `async () => (await import("virtual:texts/${code}/${part}")).default`;
        const { name } = await read(code);
        const loaders = Object.keys(PARTS).map((part) => `${part}: ${load(part)}`);
        return `{code: "${code}", name: ${JSON.stringify(name)}, ${loaders.join(", ")}}`;
      }),
    );
    return `export default [${items.join(",\n")}];`;
  }

  async function firstPaintTexts(): Promise<string> {
    const texts = await Promise.all(
      codes.map(async (code) => {
        const { authTexts, texts } = await read(code);
        const { welcome, placeholder, footer } = texts.chat;
        const { partFailed: failed, reload } = authTexts.app;
        return [code, { welcome, placeholder, footer, failed, reload }];
      }),
    );
    return `export default ${JSON.stringify(Object.fromEntries(texts))};`;
  }

  return {
    name: "languages",
    resolveId: (id) => (id === LIST || id === FIRST_PAINT_TEXTS || TEXTS.test(id) ? `\0${id}` : null),
    async load(resolved) {
      const id = resolved.replace("\0", "");
      const [, code, part = ""] = TEXTS.exec(id) ?? [];
      if (id !== LIST && id !== FIRST_PAINT_TEXTS && code === undefined) return null;
      for (const file of code === undefined ? codes : [code]) this.addWatchFile(pathOf(file));
      if (id === LIST) return list();
      if (id === FIRST_PAINT_TEXTS) return firstPaintTexts();
      const dictionary = PARTS[part]?.(await read(code as string));
      return dictionary && `export default ${JSON.stringify(dictionary)};`;
    },
  };
}
