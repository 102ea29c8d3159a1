import type { ReactNode } from "react";

/** A form with validation and submission by `useForm` instead of the browser. */
export function Form({
  onSubmit,
  className = "",
  children,
}: {
  onSubmit: () => void;
  className?: string;
  children: ReactNode;
}) {
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
      className={`flex flex-col ${className}`}
    >
      {children}
    </form>
  );
}
