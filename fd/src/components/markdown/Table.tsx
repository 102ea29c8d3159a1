import { Check, Copy } from "lucide-react";
import { type ReactNode, type RefObject, useRef } from "react";
import { CopyFailure } from "@/components/CopyFailure";
import { useCopy } from "@/components/useCopy";
import { useTranslation } from "@/i18n";
import { cellsOf, toCsv, toTsv } from "./table-text";

/** A table, which scrolls when it is wider than the column, and buttons that copy it for a spreadsheet. */
export function Table({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const table = useRef<HTMLTableElement>(null);
  return (
    <figure className="table-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard */}
      <div className="table-scroll" tabIndex={0}>
        <table ref={table}>{children}</table>
      </div>
      <figcaption>
        <CopyTable table={table} label={t("chat.copyTsv")} format={toTsv} />
        <CopyTable table={table} label={t("chat.copyCsv")} format={toCsv} />
      </figcaption>
    </figure>
  );
}

function CopyTable({
  table,
  label,
  format,
}: {
  table: RefObject<HTMLTableElement | null>;
  label: string;
  format: (rows: readonly (readonly string[])[]) => string;
}) {
  const { t } = useTranslation();
  const { copied, failed, copy } = useCopy(() => (table.current ? format(cellsOf(table.current)) : ""));
  const Icon = copied ? Check : Copy;
  return (
    <>
      {failed && <CopyFailure />}
      <button type="button" onClick={copy}>
        <Icon aria-hidden className="size-3.5" />
        {copied ? t("action.copied") : label}
      </button>
    </>
  );
}
