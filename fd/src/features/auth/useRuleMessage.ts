import { useTranslation } from "react-i18next";
import type { RuleMessage } from "./rules";

/** Turns the message of a schema, which is a key, into text. */
export function useRuleMessage(): (message: string | undefined) => string | undefined {
  const { t } = useTranslation();
  return (message) => (message === undefined ? undefined : t(message as RuleMessage));
}
