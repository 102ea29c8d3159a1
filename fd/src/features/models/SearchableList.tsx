import { Search } from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { CONTROL } from "@/components/Field";

/**
 * A search field over a list. The arrow keys go from the field to the items (their buttons or checkboxes, each inside
 * an `li`) and between them; Enter in the field acts on the first item.
 */
export function SearchableList({
  label,
  query,
  onQuery,
  children,
}: {
  label: string;
  query: string;
  onQuery: (query: string) => void;
  /** The items, as `li` elements. */
  children: ReactNode;
}) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const items = [
      ...event.currentTarget.querySelectorAll<HTMLElement>("li :is(button, input):not(:disabled)"),
    ];
    const field = event.currentTarget.querySelector<HTMLElement>("input[type=search]");
    const index = items.indexOf(document.activeElement as HTMLElement);
    if (event.key === "ArrowDown") items[index + 1]?.focus();
    else if (event.key === "ArrowUp") (items[index - 1] ?? field)?.focus();
    else if (event.key === "Enter" && index === -1) items[0]?.click();
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its controls take the keys, which it moves between them
    <div onKeyDown={onKeyDown} className="flex flex-col gap-2">
      <div className="relative">
        <Search aria-hidden className="icon pointer-events-none absolute start-3 top-2.75 text-muted" />
        <input
          type="search"
          // biome-ignore lint/a11y/noAutofocus: it is the first control of its dialog
          autoFocus
          value={query}
          onChange={({ target }) => onQuery(target.value)}
          aria-label={label}
          placeholder={label}
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          className={`${CONTROL} h-10 ps-10`}
        />
      </div>
      <ul className="flex max-h-[45dvh] min-h-40 flex-col gap-px overflow-y-auto rounded-lg border border-line p-1">
        {children}
      </ul>
    </div>
  );
}
