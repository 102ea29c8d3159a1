import { Check, Circle } from "lucide-react";
import { useTranslation } from "@/i18n";
import { checkPassword } from "./rules";

/** The password rules, each marked as met or not while the user types. */
export function PasswordRulesList({ password, confirmation }: { password: string; confirmation: string }) {
  const { t } = useTranslation();
  const rules = checkPassword(password);
  const items = [
    { text: t("auth.ruleLength"), met: rules.length },
    { text: t("auth.ruleLetter"), met: rules.letter },
    { text: t("auth.ruleDigit"), met: rules.digit },
    { text: t("auth.ruleMatch"), met: password !== "" && password === confirmation },
  ];
  return (
    <ul className="flex flex-col gap-1 text-xs text-muted">
      {items.map(({ text, met }) => (
        <li key={text} className={`flex items-center gap-1.5 ${met ? "text-accent" : ""}`}>
          {met ? (
            <Check aria-hidden className="size-3.5 flex-none" />
          ) : (
            <Circle aria-hidden className="size-3.5 flex-none p-0.5" />
          )}
          {text}
          <span className="sr-only">({met ? t("auth.ruleMet") : t("auth.ruleUnmet")})</span>
        </li>
      ))}
    </ul>
  );
}
