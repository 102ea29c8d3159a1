import type { ComponentProps } from "react";
import { Spinner } from "./Spinner";

const VARIANTS = {
  primary: "bg-accent text-on-accent hover:opacity-90",
  secondary: "border border-line bg-raised hover:bg-hover",
  quiet: "hover:bg-hover",
  danger: "bg-danger text-on-danger hover:opacity-90",
} as const;

/** A labelled button. `busy` shows a spinner and ignores clicks; width and focus do not change. */
export function Button({
  variant = "secondary",
  busy = false,
  className = "",
  children,
  onClick,
  ...props
}: ComponentProps<"button"> & { variant?: keyof typeof VARIANTS; busy?: boolean }) {
  return (
    <button
      type="button"
      {...props}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      aria-busy={busy || undefined}
      className={`relative inline-flex h-9 shrink-0 items-center justify-center gap-2 rounded-lg px-3.5 text-sm font-medium transition-colors disabled:opacity-50 ${VARIANTS[variant]} ${className}`}
    >
      <span className={`inline-flex min-w-0 items-center gap-2 ${busy ? "invisible" : ""}`}>{children}</span>
      {busy && (
        <span className="absolute inset-0 grid place-items-center">
          <Spinner />
        </span>
      )}
    </button>
  );
}

const SIZES = { small: "size-6", normal: "size-8", large: "size-9" } as const;

/** An icon button; `label` is its accessible name and tooltip. */
export function IconButton({
  label,
  size = "normal",
  round = false,
  className = "",
  ...props
}: Omit<ComponentProps<"button">, "aria-label" | "title"> & {
  label: string;
  size?: keyof typeof SIZES;
  round?: boolean;
}) {
  return (
    <button
      type="button"
      {...props}
      aria-label={label}
      title={label}
      className={`inline-grid shrink-0 place-items-center text-muted transition-colors hover:bg-hover hover:text-ink disabled:opacity-40 ${SIZES[size]} ${round ? "rounded-full" : "rounded-lg"} ${className}`}
    />
  );
}
