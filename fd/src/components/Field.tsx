import { type ComponentProps, type ReactNode, useId } from "react";

// 16 px on phones: iOS zooms into smaller fields on focus.
export const CONTROL =
  "w-full rounded-lg border border-strong-line bg-canvas px-3 text-base outline-offset-0 transition-colors placeholder:text-muted aria-invalid:border-danger disabled:opacity-60 sm:text-sm";

export interface FieldFrameProps {
  label: string;
  error?: string | undefined;
  hint?: ReactNode;
}

interface ControlProps {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

/** Label, control, hint and error of a form field, associated for assistive technology. */
export function Field({
  label,
  error,
  hint,
  children,
}: FieldFrameProps & { children: (control: ControlProps) => ReactNode }) {
  const id = useId();
  const describedBy = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-invalid": Boolean(error), "aria-describedby": describedBy || undefined })}
      {hint && (
        <div id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </div>
      )}
      <div id={`${id}-error`} role={error ? "alert" : undefined} className="text-xs text-danger empty:hidden">
        {error}
      </div>
    </div>
  );
}

export function TextField({
  label,
  error,
  hint,
  trailing,
  ...props
}: FieldFrameProps & ComponentProps<"input"> & { trailing?: ReactNode }) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(control) => (
        <div className="relative">
          <input {...props} {...control} className={`${CONTROL} h-10 ${trailing ? "pe-11" : ""}`} />
          {trailing && <div className="absolute inset-y-0 end-1 grid place-items-center">{trailing}</div>}
        </div>
      )}
    </Field>
  );
}

export function SelectField({ label, error, hint, ...props }: FieldFrameProps & ComponentProps<"select">) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(control) => <select {...props} {...control} className={`${CONTROL} h-10`} />}
    </Field>
  );
}

export function TextAreaField({
  label,
  error,
  hint,
  ...props
}: FieldFrameProps & ComponentProps<"textarea">) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(control) => <textarea dir="auto" {...props} {...control} className={`${CONTROL} py-2`} />}
    </Field>
  );
}
