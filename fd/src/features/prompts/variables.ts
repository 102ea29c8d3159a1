// Variables of a prompt's text: `{{name}}` is a text, `{{name:select a|b}}` a choice. `{{CURRENT_DATE}}` and its like
// are filled in without asking.

export interface Variable {
  readonly name: string;
  /** The choices; null for a text. */
  readonly options: readonly string[] | null;
}

const VARIABLE = /\{\{\s*([^{}:|]+?)\s*(?::\s*select\s+([^{}]*?))?\s*\}\}/g;

/** The values that are known without asking, in the language of the page. */
function knownValue(name: string, language: string, now: Date): string | undefined {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, options).format(now);
  switch (name) {
    case "CURRENT_DATE":
      return format({ dateStyle: "long" });
    case "CURRENT_TIME":
      return format({ timeStyle: "short" });
    case "CURRENT_DATETIME":
      return format({ dateStyle: "long", timeStyle: "short" });
    case "CURRENT_WEEKDAY":
      return format({ weekday: "long" });
    default:
      return undefined;
  }
}

/** The variables to ask for, each once, in the order of their first use. */
export function variablesOf(text: string): Variable[] {
  const found = new Map<string, Variable>();
  for (const [, name = "", options] of text.matchAll(VARIABLE)) {
    if (knownValue(name, "en", new Date(0)) !== undefined) continue;
    const choices =
      options
        ?.split("|")
        .map((option) => option.trim())
        .filter(Boolean) ?? [];
    const before = found.get(name);
    // One of several uses may have the choices.
    if (!before || before.options === null)
      found.set(name, { name, options: choices.length > 0 ? choices : null });
  }
  return [...found.values()];
}

/** The text with the values of its variables. One without a value is left out. */
export function fillIn(
  text: string,
  values: ReadonlyMap<string, string>,
  language: string,
  now: Date,
): string {
  return text.replace(
    VARIABLE,
    (_, name: string) => knownValue(name, language, now) ?? values.get(name) ?? "",
  );
}
