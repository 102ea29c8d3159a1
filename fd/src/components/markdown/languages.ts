// Names of programming languages in the info string of a code block.

/**
 * The language that an info string names, in lower case; empty without one. Besides "python" these forms are in use:
 * "python:app/main.py", "rust,ignore", "js{1,3}", "{.python}", "{python}", "language-python", "lang=python".
 */
export function languageOf(info: string): string {
  const word = /^\s*(?:\{\s*\.?)?(?:language-|lang(?:uage)?[=:])?([^\s:,;{}()[\]="']+)/i.exec(info)?.[1];
  return (word ?? "").toLowerCase();
}
