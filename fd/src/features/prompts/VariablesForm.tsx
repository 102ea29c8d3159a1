import { useRef, useState } from "react";
import type { Prompt } from "@/api/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { CONTROL, Field } from "@/components/Field";
import { useTranslation } from "@/i18n";
import { variablesOf } from "./variables";

/** Dialog that asks for the variables of a prompt. */
export function VariablesForm({
  prompt,
  onDone,
  onClose,
}: {
  prompt: Prompt;
  onDone: (values: ReadonlyMap<string, string>) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const variables = variablesOf(prompt.text);
  const [values, setValues] = useState<ReadonlyMap<string, string>>(
    () => new Map(variables.map(({ name, options }) => [name, options?.[0] ?? ""])),
  );
  const first = useRef<HTMLElement>(null);
  const keepFirst = (field: HTMLElement | null) => {
    first.current = field;
  };
  const set = (name: string, value: string) => setValues((before) => new Map(before).set(name, value));
  return (
    <Dialog open onClose={onClose} title={prompt.title} initialFocus={first}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          // The form is inside the composer's.
          event.stopPropagation();
          onDone(values);
        }}
        className="flex flex-col gap-4"
      >
        {variables.map(({ name, options }, index) => (
          <Field key={name} label={name}>
            {(control) =>
              options ? (
                <select
                  {...control}
                  ref={index === 0 ? keepFirst : undefined}
                  value={values.get(name)}
                  onChange={({ target }) => set(name, target.value)}
                  className={`${CONTROL} h-10`}
                >
                  {options.map((option) => (
                    <option key={option}>{option}</option>
                  ))}
                </select>
              ) : (
                <textarea
                  {...control}
                  ref={index === 0 ? keepFirst : undefined}
                  rows={1}
                  dir="auto"
                  value={values.get(name)}
                  onChange={({ target }) => set(name, target.value)}
                  className={`${CONTROL} field-sizing-content max-h-60 py-2`}
                />
              )
            }
          </Field>
        ))}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" variant="primary">
            {t("prompts.insert")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
