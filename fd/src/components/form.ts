// Form state and validation: the values, their errors, and when errors are shown.
import { type ChangeEvent, type RefCallback, useRef, useState } from "react";
import type { TextKey } from "@/i18n";

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
/** Error message by field. */
export type FormErrors<Values> = Partial<Record<keyof Values & string, TextKey | undefined>>;

export interface FieldProps {
  name: string;
  value: string;
  onChange: (event: ChangeEvent<Control>) => void;
  ref: RefCallback<Control>;
}

/**
 * State of a form of text fields. A field that was not changed follows `initial`, which somebody else may change.
 * `validate` returns an error message for each invalid field. Errors are shown from the first submission on, which
 * focuses the first invalid field, and disappear as soon as the field is valid.
 */
export function useForm<Values extends Record<string, string>>(options: {
  initial: Values;
  validate: (values: Values) => FormErrors<Values>;
  onChange?: () => void;
}) {
  type Name = keyof Values & string;
  const { initial } = options;
  const [edits, setEdits] = useState<Record<string, string | undefined>>({});
  const [submitted, setSubmitted] = useState(false);
  const [busy, setBusy] = useState(false);
  const controls = useRef(new Map<string, Control>());
  const names = Object.keys(initial) as Name[];
  const changes = Object.fromEntries(
    Object.entries(edits).filter(([name, value]) => (value ?? initial[name]) !== initial[name]),
  ) as Partial<Values>;
  const values = { ...initial, ...changes };
  const found = options.validate(values);

  const focus = (name: Name) => {
    const control = controls.current.get(name);
    const section = control?.closest("details");
    // A collapsed field cannot be focused.
    if (section) section.open = true;
    control?.focus();
  };

  return {
    values,
    errors: submitted ? found : ({} as FormErrors<Values>),
    /** A submission is in progress. */
    busy,
    dirty: Object.keys(changes).length > 0,
    /** The values that differ from the initial ones. */
    changes,
    focus,
    /** Every field follows `initial` again. */
    reset() {
      setEdits({});
      setSubmitted(false);
    },
    field(name: Name): FieldProps {
      return {
        name,
        value: values[name] as string,
        onChange: ({ target }) => {
          const edit = target.value === initial[name] ? undefined : target.value;
          setEdits((before) => ({ ...before, [name]: edit }));
          options.onChange?.();
        },
        ref: (control) => {
          if (control) controls.current.set(name, control);
          else controls.current.delete(name);
        },
      };
    },
    /** Calls `handle` with the values if all are valid. */
    async submit(handle: (values: Values) => void | Promise<void>): Promise<void> {
      if (busy) return;
      setSubmitted(true);
      const wrong = names.find((name) => found[name] !== undefined);
      if (wrong !== undefined) {
        focus(wrong);
        return;
      }
      setBusy(true);
      try {
        await handle(values);
      } finally {
        setBusy(false);
      }
    },
  };
}
