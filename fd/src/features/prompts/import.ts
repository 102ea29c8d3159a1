// Import of prompts from a JSON file of Open WebUI's export ("Export Prompts"), or of this application's.
import { ApiError } from "@/api/errors";

export interface ImportedPrompt {
  readonly command: string;
  readonly title: string;
  readonly text: string;
}

/** Open WebUI's variables with properties: `{{ name | select:options=["a","b"] }}`, `{{ name | text:required }}`. */
const OPEN_WEBUI_VARIABLE = /\{\{\s*([^{}|]+?)\s*\|\s*(\w+)\s*(?::([^{}]*))?\}\}/g;
const OPTIONS = /options\s*=\s*(\[[^\]]*\])/;

/** Reads the text of a file. Throws ApiError `no_prompts`. */
export function readPrompts(text: string): ImportedPrompt[] {
  const parsed = parse(text);
  const list = Array.isArray(parsed) ? parsed : [];
  const prompts = list.flatMap((entry) => {
    const { command, title, name, content, text: own } = (entry ?? {}) as Record<string, unknown>;
    const body = typeof content === "string" ? content : own;
    if (typeof command !== "string" || typeof body !== "string" || body === "") return [];
    const label = [title, name].find((value) => typeof value === "string" && value.trim() !== "") as
      | string
      | undefined;
    const plain = command.replace(/^\/+/, "").replace(/[\s/]+/g, "-");
    return plain === "" ? [] : [{ command: plain, title: (label ?? plain).trim(), text: ourVariables(body) }];
  });
  if (prompts.length === 0) throw new ApiError({ status: 0, code: "no_prompts" });
  return prompts;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function ourVariables(text: string): string {
  return text.replace(OPEN_WEBUI_VARIABLE, (_, name: string, kind: string, properties = "") => {
    const options = kind === "select" ? parse(OPTIONS.exec(properties)?.[1] ?? "") : null;
    return Array.isArray(options) ? `{{${name}:select ${options.join("|")}}}` : `{{${name}}}`;
  });
}
