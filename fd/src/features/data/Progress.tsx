import { type ReactNode, useId } from "react";

/** A progress bar with its label; `value`: 0 to 1. */
export function Progress({ label, value, children }: { label: string; value: number; children?: ReactNode }) {
  const id = useId();
  return (
    <div className="flex flex-col gap-2 rounded-xl border border-line p-4">
      <div id={id} role="status" className="text-sm">
        {label}
      </div>
      <progress aria-labelledby={id} max={1} value={value} className="h-2 w-full accent-accent" />
      {children && <div className="flex gap-2">{children}</div>}
    </div>
  );
}
