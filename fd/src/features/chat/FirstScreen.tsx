import { MessageCircleDashed } from "lucide-react";
import { Link } from "react-router";
import { IconButton } from "@/components/Button";
import { useModelConfigs } from "@/features/models";
import { type TextKey, useTranslation } from "@/i18n";

/** The starters: the text of the button, and the message that it begins. */
const STARTERS: readonly (readonly [label: TextKey, message: TextKey])[] = [
  ["start.explain", "start.explainMessage"],
  ["start.write", "start.writeMessage"],
  ["start.plan", "start.planMessage"],
  ["start.code", "start.codeMessage"],
];

/**
 * Help around the composer of a new conversation: starters, which model answers, and what can be attached. It is placed
 * over free space, so that the composer stays where the first-paint script has shown it.
 */
export function FirstScreen({
  modelConfigId,
  temporary,
  onStarter,
}: {
  modelConfigId: string | null;
  temporary: boolean;
  /** A starter was chosen: the beginning of a message. */
  onStarter: (message: string) => void;
}) {
  const { t } = useTranslation();
  const configs = useModelConfigs().data;
  const model = configs?.find(({ id }) => id === modelConfigId)?.name ?? t("chat.modelDefault");
  return (
    <div className="column absolute inset-x-0 bottom-full flex flex-col items-center gap-3 pb-4 [@media(max-height:30rem)]:hidden sm:top-full sm:bottom-auto sm:pt-4 sm:pb-0">
      {temporary ? (
        <p className="max-w-md text-center text-sm text-muted">{t("conversations.temporaryHint")}</p>
      ) : (
        <ul className="flex flex-wrap justify-center gap-2">
          {STARTERS.map(([label, message]) => (
            <li key={label}>
              <button
                type="button"
                onClick={() => onStarter(t(message))}
                className="rounded-full border border-line bg-raised px-3.5 py-1.5 text-sm hover:bg-hover pointer-coarse:min-h-11"
              >
                {t(label)}
              </button>
            </li>
          ))}
        </ul>
      )}
      <p className="text-center text-xs text-muted">
        {t("start.answers", { model })} {t("start.attach")}
        {configs?.length === 0 && (
          <>
            {" "}
            <Link
              to="/settings/models"
              className="whitespace-nowrap text-accent underline underline-offset-4"
            >
              {t("start.addModel")}
            </Link>
          </>
        )}
      </p>
    </div>
  );
}

/** Chooses whether the new conversation is temporary. */
export function TemporaryButton({
  pressed,
  disabled,
  onChange,
}: {
  pressed: boolean;
  disabled: boolean;
  onChange: (pressed: boolean) => void;
}) {
  const { t } = useTranslation();
  return (
    <IconButton
      label={t("conversations.temporary")}
      size="large"
      aria-pressed={pressed}
      disabled={disabled}
      onClick={() => onChange(!pressed)}
      className="ms-auto aria-pressed:bg-accent aria-pressed:text-on-accent"
    >
      <MessageCircleDashed aria-hidden className="icon" />
    </IconButton>
  );
}
