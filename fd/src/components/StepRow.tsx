import type { ReactNode, Ref } from "react";
import type { Step } from "@/api/types";
import { useTranslation } from "@/i18n";
import { SourceLinks } from "./SourceLinks";

/** Class names of a line that unfolds what is below it. */
export const UNFOLDING =
  "flex min-h-8 w-fit max-w-full cursor-pointer list-none items-center gap-2 rounded-lg hover:text-ink pointer-coarse:min-h-11";

/** A tool call: a line that unfolds its arguments and its result. `children`: what belongs to the result. */
export function StepRow({
  summaryRef,
  icon,
  state,
  title,
  preview,
  sent,
  result,
  sources,
  onUnfold,
  children,
}: {
  /** Ref to the line that unfolds. */
  summaryRef?: Ref<HTMLElement>;
  icon: ReactNode;
  state: Step["state"];
  title: string;
  /** The result in one line. */
  preview: string | undefined;
  /** The arguments. */
  sent: string;
  result: string | undefined;
  sources: readonly { readonly n: number; readonly title: string; readonly url: string }[];
  onUnfold?: (() => void) | undefined;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <details
      className="text-sm text-muted"
      onToggle={({ currentTarget }) => currentTarget.open && onUnfold?.()}
    >
      <summary ref={summaryRef} className={UNFOLDING}>
        {icon}
        <span dir="auto" className="truncate">
          {title}
        </span>
        <span className="flex-none truncate max-sm:hidden">
          {state === "done" ? preview && `· ${preview}` : `· ${t(`steps.${state}`)}`}
        </span>
      </summary>
      <div className="mt-1 mb-2 flex flex-col gap-2 border-s-2 border-line ps-4">
        <StepText label={t("steps.arguments")} text={sent} />
        {result !== undefined && <StepText label={t("steps.result")} text={result} />}
        {children}
        <SourceLinks sources={sources} />
      </div>
    </details>
  );
}

function StepText({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <p className="text-xs">{label}</p>
      <pre dir="auto" className="max-h-60 overflow-auto font-mono text-xs break-words whitespace-pre-wrap">
        {text}
      </pre>
    </div>
  );
}
