// Syntax highlighting, as React elements. Loaded with the first code block that names its language.

import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import kotlin from "highlight.js/lib/languages/kotlin";
import lua from "highlight.js/lib/languages/lua";
import makefile from "highlight.js/lib/languages/makefile";
import markdown from "highlight.js/lib/languages/markdown";
import php from "highlight.js/lib/languages/php";
import python from "highlight.js/lib/languages/python";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import scss from "highlight.js/lib/languages/scss";
import shell from "highlight.js/lib/languages/shell";
import sql from "highlight.js/lib/languages/sql";
import swift from "highlight.js/lib/languages/swift";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { createElement, type ReactNode } from "react";

/** Longer code is not highlighted, because it would block the page. In characters. */
const MAX_LENGTH = 50_000;

const LANGUAGES = {
  bash,
  c,
  cpp,
  csharp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  javascript,
  json,
  kotlin,
  lua,
  makefile,
  markdown,
  php,
  python,
  ruby,
  rust,
  scss,
  shell,
  sql,
  swift,
  typescript,
  xml,
  yaml,
} as const;

type LanguageName = keyof typeof LANGUAGES;

/** Aliases of languages. */
const ALIASES: Readonly<Partial<Record<LanguageName, string>>> = {
  bash: "sh zsh ksh fish shell-script",
  c: "h",
  cpp: "cc c++ h++ hpp hh hxx cxx",
  csharp: "cs c# dotnet",
  diff: "patch",
  dockerfile: "docker containerfile",
  go: "golang",
  ini: "toml editorconfig dotenv env",
  java: "jsp",
  javascript: "js jsx mjs cjs node javascriptreact es6",
  json: "jsonc json5 jsonl ndjson",
  kotlin: "kt kts ktm ktx",
  lua: "pluto",
  makefile: "mk mak make",
  markdown: "md mkdown mkd mdx",
  python: "py gyp ipython python3 python2 py3 pyi",
  ruby: "rb gemspec podspec thor irb",
  rust: "rs",
  shell: "console shellsession",
  sql: "mysql postgres postgresql sqlite tsql plsql",
  typescript: "ts tsx mts cts typescriptreact",
  xml: "html xhtml rss atom xjb xsd xsl plist wsf svg vue svelte html5",
  yaml: "yml",
};

/** Languages that are embedded in another. */
const EMBEDDED: Readonly<Partial<Record<LanguageName, readonly LanguageName[]>>> = {
  dockerfile: ["bash"],
  javascript: ["xml", "css"],
  markdown: ["xml"],
  shell: ["bash"],
  typescript: ["xml", "css"],
  xml: ["css", "javascript"],
  yaml: ["ruby"],
};

const NAMES = new Map<string, LanguageName>();
for (const name of Object.keys(LANGUAGES) as LanguageName[]) {
  for (const word of [name, ...(ALIASES[name]?.split(" ") ?? [])]) NAMES.set(word, name);
}

/** The usual language that a code block names, in any case; undefined when it is unknown. */
export function languageNamed(word: string): LanguageName | undefined {
  return NAMES.get(word.toLowerCase());
}

let rareLanguages: Promise<void> | null = null;

/** Loads the less frequent languages if the name is not one of the usual ones. Rejects when they cannot be loaded. */
export function prepareLanguage(word: string): Promise<void> {
  if (languageNamed(word) !== undefined) return Promise.resolve();
  rareLanguages ??= import("./rare-languages").then(
    ({ RARE_LANGUAGES, RARE_ALIASES }) => {
      for (const [name, language] of Object.entries(RARE_LANGUAGES)) {
        highlighter.registerLanguage(name, language);
        const aliases = RARE_ALIASES[name as keyof typeof RARE_LANGUAGES];
        if (aliases) highlighter.registerAliases(aliases.split(" "), { languageName: name });
      }
    },
    (error: unknown) => {
      rareLanguages = null;
      throw error;
    },
  );
  return rareLanguages;
}

interface Scope {
  name: string;
  children: (string | Scope)[];
}

/** Emitter of the highlighter that builds a tree instead of HTML. */
class TreeEmitter {
  readonly root: Scope = { name: "", children: [] };
  readonly #open: Scope[] = [this.root];

  get #top(): Scope {
    return this.#open.at(-1) ?? this.root;
  }

  addText(text: string): void {
    this.#top.children.push(text);
  }

  startScope(name: string): void {
    const scope: Scope = { name, children: [] };
    this.#top.children.push(scope);
    this.#open.push(scope);
  }

  endScope(): void {
    if (this.#open.length > 1) this.#open.pop();
  }

  // Older names of the emitter's methods, which the highlighter also calls.
  openNode(name: string): void {
    this.startScope(name);
  }

  closeNode(): void {
    this.endScope();
  }

  __addSublanguage(emitter: TreeEmitter): void {
    this.#top.children.push(...emitter.root.children);
  }

  finalize(): void {}

  toHTML(): string {
    return "";
  }
}

const highlighter = hljs.newInstance();
highlighter.configure({ __emitter: TreeEmitter });

/** Registers a language at its first use: all of them at once would be a long task. */
function prepare(name: LanguageName): void {
  if (highlighter.getLanguage(name)) return;
  highlighter.registerLanguage(name, LANGUAGES[name]);
  for (const embedded of EMBEDDED[name] ?? []) prepare(embedded);
}

/** The highlighted code; plain code for an unknown language, and for a less frequent one that is not loaded. */
export function highlight(code: string, language: string): ReactNode {
  if (code.length > MAX_LENGTH) return code;
  const usual = languageNamed(language);
  if (usual !== undefined) prepare(usual);
  const name = usual ?? language.toLowerCase();
  if (!highlighter.getLanguage(name)) return code;
  const { _emitter, errorRaised } = highlighter.highlight(code, { language: name, ignoreIllegals: true });
  if (errorRaised) return code;
  return toElements((_emitter as unknown as TreeEmitter).root.children);
}

function toElements(children: readonly (string | Scope)[]): ReactNode[] {
  return children.map((child, key) =>
    typeof child === "string"
      ? child
      : // "title.function" falls back to "title".
        createElement(
          "span",
          { key, className: `hl-${child.name.split(".", 1)[0]}` },
          toElements(child.children),
        ),
  );
}
