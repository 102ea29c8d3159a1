import type { ReactNode } from "react";

/** A form whose checks and submission are this program's (see `useForm`), not the browser's. */
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
