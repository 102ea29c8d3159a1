import { render } from "@testing-library/react";
import hljs from "highlight.js/lib/common";
import { expect, it } from "vitest";
import { highlight, languageNamed } from "./highlight";

const SAMPLES: Readonly<Record<string, string>> = {
  python: "def f(a: int = 1) -> str:\n    return f'{a}'  # why",
  typescript: "const f = async <T,>(x: T): Promise<string> => `a` + x;",
  html: '<p class="a">text <script>let x = 1 < 2;</script></p>',
  js: "export const a = () => <b>{1}</b>;",
  sh: 'for f in *.txt; do echo "$f"; done',
  json: '{"a": [1, true, null]}',
  rust: "fn main() { println!(\"{}\", 'a'); }",
  sql: "SELECT * FROM t WHERE a = 'x';",
  css: "a:hover { color: rgb(1 2 3 / 50%); }",
};

it.each(Object.entries(SAMPLES))("colours %s and keeps every character of it", (language, code) => {
  const { container } = render(<pre>{highlight(code, language)}</pre>);
  expect(container.textContent).toBe(code);
  expect(container.querySelector("[class^=hl-]")).not.toBeNull();
});

it("leaves code of an unknown language as it is", () => {
  expect(highlight("a b c", "klingon")).toBe("a b c");
});

it("knows the languages by all the names that the highlighter knows", () => {
  for (const name of hljs.listLanguages()) {
    if (languageNamed(name) !== name) continue;
    for (const alias of hljs.getLanguage(name)?.aliases ?? []) {
      expect([alias, languageNamed(alias)]).toEqual([alias, name]);
    }
  }
  expect(languageNamed("Dockerfile")).toBe("dockerfile");
});
