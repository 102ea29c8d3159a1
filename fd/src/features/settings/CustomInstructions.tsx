import { useState } from "react";
import type { UserSettings } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { TextAreaField } from "@/components/Field";
import { Skeleton } from "@/components/Skeleton";
import { showToast } from "@/components/toasts";
import { useTranslation } from "@/i18n";
import { useSaveUserSettings, useUserSettings } from "./queries";

const MAX_CHARACTERS = 8_000;

/** The user's instructions to every model, which follow them to every device. */
export function CustomInstructions() {
  const { t } = useTranslation();
  const settings = useUserSettings();
  // As high as the form, so that what is below does not move.
  if (settings.isPending) return <Skeleton className="h-[258px] sm:h-[214px]" />;
  if (settings.isError)
    return (
      <ErrorNotice error={settings.error}>
        <Button onClick={() => void settings.refetch()}>{t("action.retry")}</Button>
      </ErrorNotice>
    );
  return <InstructionsForm settings={settings.data} />;
}

function InstructionsForm({ settings }: { settings: UserSettings }) {
  const { t } = useTranslation();
  const saved = settings.instructions ?? "";
  const [text, setText] = useState(saved);
  const save = useSaveUserSettings();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(
          { instructions: text.trim() || null },
          { onSuccess: () => showToast(t("personal.saved")) },
        );
      }}
      className="flex flex-col gap-3"
    >
      <TextAreaField
        label={t("personal.instructions")}
        hint={t("personal.instructionsHint")}
        value={text}
        onChange={({ target }) => setText(target.value)}
        rows={5}
        maxLength={MAX_CHARACTERS}
      />
      <ErrorNotice error={save.error} />
      <Button type="submit" className="self-start" busy={save.isPending} disabled={text.trim() === saved}>
        {t("action.save")}
      </Button>
    </form>
  );
}
