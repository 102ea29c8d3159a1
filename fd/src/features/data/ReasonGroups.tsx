import { CircleAlert } from "lucide-react";
import { WindowedRows } from "@/components/WindowedRows";
import { useTranslation } from "@/i18n";

export interface Refused {
  /** A conversation's title or a file's name; null: a conversation without a title. */
  readonly name: string | null;
  readonly reason: string;
}

/** Entries that were not imported, by reason. There may be thousands. */
export function ReasonGroups({ entries }: { entries: readonly Refused[] }) {
  const { t } = useTranslation();
  return [...namesByReason(entries)].map(([reason, names]) => (
    <section key={reason} aria-label={reason} className="pb-2">
      <h3 className="flex gap-2 px-1 py-0.5 text-muted">
        <CircleAlert aria-hidden className="icon mt-0.5 shrink-0 text-danger" />
        {reason}
      </h3>
      <WindowedRows margin={100} items={names.map((name, index) => ({ name, index }))}>
        {({ name, index }, position) => (
          <li key={index} {...position} dir="auto" className="truncate py-0.5 ps-7 pe-1">
            {name || t("conversations.untitled")}
          </li>
        )}
      </WindowedRows>
    </section>
  ));
}

function namesByReason(entries: readonly Refused[]): ReadonlyMap<string, readonly (string | null)[]> {
  const groups = new Map<string, (string | null)[]>();
  for (const { name, reason } of entries) {
    const names = groups.get(reason);
    if (names) names.push(name);
    else groups.set(reason, [name]);
  }
  return groups;
}
