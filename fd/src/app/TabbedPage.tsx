import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Link, NavLink } from "react-router";

export interface Tab {
  to: string;
  label: string;
  /** Only this very address, not those below it. */
  end?: boolean;
}

const TAB =
  "rounded-lg px-3 py-1.5 text-sm text-muted hover:text-ink aria-[current=page]:bg-surface aria-[current=page]:font-medium aria-[current=page]:text-ink";

/** Frame of pages with tabs: heading, tabs, close button. `leaveTo`: the address that the close button leads to; to a
 * new chat instead of one that was deleted meanwhile. */
export function TabbedPage({
  navigation,
  leaveTo,
  leaveLabel,
  title,
  tabs,
  wide = false,
  children,
}: {
  navigation: ReactNode;
  leaveTo: string;
  leaveLabel: string;
  title: string;
  tabs: readonly Tab[];
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-14 shrink-0 items-center gap-1 px-3">
        {navigation}
        <Link
          to={leaveTo}
          state={{ orNew: true }}
          aria-label={leaveLabel}
          title={leaveLabel}
          className="ms-auto grid size-9 place-items-center rounded-lg text-muted hover:bg-hover hover:text-ink"
        >
          <X aria-hidden className="icon" />
        </Link>
      </header>
      <div className="relative min-h-0 flex-1 overflow-y-auto">
        <div className={`column pb-16 ${wide ? "max-w-4xl" : "max-w-2xl"}`}>
          <h1 className="mb-4 text-xl font-semibold tracking-tight">{title}</h1>
          <nav aria-label={title} className="-ms-3 mb-6 flex flex-wrap gap-1">
            {tabs.map(({ to, label, end = false }) => (
              <NavLink key={to} end={end} to={to} className={TAB}>
                {label}
              </NavLink>
            ))}
          </nav>
          {children}
        </div>
      </div>
    </div>
  );
}
