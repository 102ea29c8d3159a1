import { CircleCheck } from "lucide-react";
import type { ToolServerTestResult } from "@/api/types";
import { useTranslation } from "@/i18n";

interface Props {
  result: ToolServerTestResult | undefined;
  /** Whether the server can be used now: a success of the past is not shown otherwise. */
  isUsable?: boolean;
}

/** The outcome of a test of a tool server that answered: the number of its tools, and what is wrong with some. */
export function ServerTestOutcome({ result, isUsable = true }: Props) {
  const { t } = useTranslation();
  return (
    <>
      {isUsable && result?.ok && (
        <p role="status" className="flex items-center gap-1.5 text-sm">
          <CircleCheck aria-hidden className="icon text-accent" />
          {t("tools.works", { count: result.tools?.length ?? 0 })}
        </p>
      )}
      {result?.problems?.map((problem) => (
        <p key={problem} className="text-xs text-muted">
          {problem}
        </p>
      ))}
    </>
  );
}
