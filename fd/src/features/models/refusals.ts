// Fields of a model that the backend refuses, with the text for each.
import { ApiError } from "@/api/errors";
import type { Translate } from "@/i18n";
import { brokenRule } from "./base-url-rules";

/** The backend's message (`shared/chat/stored_model.py`) for a secret that another server needs again. */
const ANOTHER_SERVER = "Enter this again: the stored value was given for another server.";

interface Refusal<Name extends string> {
  /** Text by field of the form. */
  fields: ReadonlyMap<Name, string>;
  /** The error, unless each of its fields is one of the form. */
  other: unknown;
}

/**
 * The refused fields of a form with these `values`. A message of the backend without a text of its own is shown as it
 * is, in English.
 */
export function refusalOf<Values extends object>(
  t: Translate,
  error: unknown,
  values: Values,
): Refusal<keyof Values & string> {
  type Name = keyof Values & string;
  const fields = new Map<Name, string>();
  let isComplete = false;
  if (error instanceof ApiError) {
    const rule = brokenRule(error);
    isComplete = error.details.length > 0;
    for (const { field, message } of error.details) {
      const [name = ""] = field.replace(/^(params|price)\./, "").split(".");
      const needed = name === "api_key" ? "models.apiKeyNeeded" : "models.valuesNeeded";
      const key = name === "base_url" ? rule : message === ANOTHER_SERVER ? needed : undefined;
      if (Object.hasOwn(values, name)) fields.set(name as Name, key ? t(key) : message);
      else isComplete = false;
    }
  }
  return { fields, other: isComplete ? null : error };
}
