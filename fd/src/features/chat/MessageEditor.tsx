import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/Button";
import { CONTROL } from "@/components/Field";
import { sendKeyOf, sendsMessage, usePreferences } from "@/features/settings";
import { useTranslation } from "@/i18n";

/** The editor of a sent or queued message. The send key saves, Escape cancels. */
export function MessageEditor({
  text,
  submitLabel,
  onType,
  onSave,
  onCancel,
}: {
  text: string;
  submitLabel: string;
  onType: (text: string) => void;
  onSave: (text: string) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const sendKey = usePreferences(sendKeyOf);
  const [value, setValue] = useState(text);
  const [saved, setSaved] = useState(false);
  const savable = !saved && value.trim() !== "";
  const textarea = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = textarea.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);
  const save = () => {
    if (!savable) return;
    setSaved(true);
    onSave(value.trim());
  };
  return (
    <form
      data-unsaved
      className="flex w-full flex-col gap-2 rounded-3xl bg-surface p-3"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <textarea
        ref={textarea}
        dir="auto"
        value={value}
        aria-label={t("chat.editMessage")}
        onChange={({ target }) => {
          setValue(target.value);
          onType(target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") onCancel();
          else if (sendsMessage(event.nativeEvent, sendKey)) save();
          else return;
          event.preventDefault();
        }}
        className={`${CONTROL} field-sizing-content max-h-[50dvh] min-h-16 resize-none rounded-2xl py-2 text-base/6 sm:text-base/6`}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{t("action.cancel")}</Button>
        <Button type="submit" variant="primary" disabled={!savable}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
