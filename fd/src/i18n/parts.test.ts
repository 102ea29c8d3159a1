import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { authTexts, settingsTexts, texts } from "./en";

type Texts = { readonly [key: string]: string | Texts };

/** The keys as `t` takes them. */
function keysOf(texts: Texts, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string"
      ? [prefix + key.replace(/_(one|other)$/, "")]
      : keysOf(value, `${prefix}${key}.`),
  );
}

/** The file of an import, or null for a package. */
function resolveImport(specifier: string, importer: string): string | null {
  if (!/^[.@]\.?\//.test(specifier)) return null;
  const path = specifier.startsWith("@/")
    ? specifier.replace("@", "src")
    : join(dirname(importer), specifier);
  const file = ["", ".ts", ".tsx", "/index.ts"]
    .map((end) => path + end)
    .find((name) => /\.tsx?$/.test(name) && existsSync(name));
  if (file === undefined && !path.endsWith(".css")) throw new Error(`${importer} imports ${specifier}`);
  return file ?? null;
}

/** The files that are loaded with those, without the ones of `import()`. */
function loadedWith(...entries: string[]): ReadonlySet<string> {
  const files = new Set(entries);
  for (const file of files) {
    for (const [, specifier = ""] of readFileSync(file, "utf8").matchAll(
      /^(?:import|export|\}) (?!type\b).*?"([^"]+)";$|^import "([^"]+)";$/gm,
    )) {
      const imported = resolveImport(specifier, file);
      if (imported) files.add(imported);
    }
  }
  return files;
}

/** Those of the keys that are in the files. */
function shown(files: ReadonlySet<string>, keys: readonly string[]): string[] {
  const wanted = new Set(keys);
  return [...files].flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/"([\w.]+)"/g)].flatMap(([, key = ""]) =>
      wanted.has(key) ? [`${file}: ${key}`] : [],
    ),
  );
}

describe("the texts of the log-in pages", () => {
  it("are all that these pages show, and no text of another page", () => {
    const files = loadedWith("src/main.tsx", "src/features/auth/pages.ts");
    expect(files).toContain("src/components/ErrorNotice.tsx");
    expect(files).not.toContain("src/app/AppShell.tsx");
    expect(shown(files, [...keysOf(texts), ...keysOf(settingsTexts)])).toEqual([]);
  });

  it("go without the backend's messages of model errors, which these pages never get", () => {
    const files = loadedWith("src/main.tsx", "src/features/auth/pages.ts", "src/features/recovery/pages.ts");
    expect(files).toContain("src/api/errors.ts");
    expect(files).not.toContain("src/api/provider-error.ts");
  });

  it("are, with those of the settings, all that the pages of mails' links show", () => {
    const files = loadedWith("src/main.tsx", "src/features/recovery/pages.ts");
    expect(shown(files, keysOf(texts))).toEqual([]);
  });

  it("are not among the other texts, too", () => {
    const keys = new Set(keysOf(authTexts));
    expect([...keysOf(texts), ...keysOf(settingsTexts)].filter((key) => keys.has(key))).toEqual([]);
  });
});
