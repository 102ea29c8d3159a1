// File names for downloaded code.

/** File name suffixes of languages whose name is not their suffix. */
const SUFFIXES: Readonly<Record<string, string>> = {
  python: "py",
  javascript: "js",
  typescript: "ts",
  markdown: "md",
  bash: "sh",
  shell: "sh",
  zsh: "sh",
  console: "sh",
  powershell: "ps1",
  batch: "bat",
  "c++": "cpp",
  "c#": "cs",
  csharp: "cs",
  "f#": "fs",
  fsharp: "fs",
  "objective-c": "m",
  objectivec: "m",
  rust: "rs",
  ruby: "rb",
  perl: "pl",
  kotlin: "kt",
  haskell: "hs",
  elixir: "ex",
  erlang: "erl",
  clojure: "clj",
  ocaml: "ml",
  julia: "jl",
  golang: "go",
  fortran: "f90",
  matlab: "m",
  latex: "tex",
  yaml: "yml",
  mermaid: "mmd",
  plaintext: "txt",
  text: "txt",
  protobuf: "proto",
  terraform: "tf",
  solidity: "sol",
  assembly: "asm",
  "jupyter-notebook": "ipynb",
  visualbasic: "vb",
  dockerfile: "dockerfile",
};

/** The name of a file with code in a language, such as "code.py"; "code.txt" without a language. */
export function fileNameOf(language: string): string {
  const suffix = SUFFIXES[language] ?? (/^[a-z0-9]{1,10}$/.test(language) ? language : "txt");
  return `code.${suffix}`;
}
