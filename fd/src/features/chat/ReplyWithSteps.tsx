import { Check, CircleHelp, CircleX, Hourglass, Wrench } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import type { Step } from "@/api/types";
import { sectionsOf } from "@/components/reply-sections";
import { Spinner } from "@/components/Spinner";
import { StepRow } from "@/components/StepRow";
import { isFocusLost } from "@/components/useFocusReturn";
import { useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import { type ChatMessage, isOpenStep, isRunning, textOf } from "./conversation-state";
import { MessageText } from "./MessageText";
import { StepQuestion } from "./StepQuestion";
import { previewOf, titleOf } from "./step-title";

/** The text of a reply with its tool calls in between, where they were made. */
export function ReplyWithSteps({
  controller,
  message,
}: {
  controller: ConversationController;
  message: ChatMessage;
}) {
  const { t } = useTranslation();
  const running = isRunning(message);
  const sections = sectionsOf(textOf(message.content), message.steps);
  const isBusy = message.steps.some(({ state }) => state === "running");
  return (
    <>
      {sections.map(({ text, steps }, index) => (
        // Sections are only appended.
        // biome-ignore lint/suspicious/noArrayIndexKey: a section has no other identity
        <div key={index} className="contents">
          {text.trim() !== "" && (
            <MessageText
              text={text}
              finished={!running || index < sections.length - 1}
              sources={message.sources}
            />
          )}
          {steps.length > 0 && (
            <ul aria-label={t("steps.title")} className="flex flex-col gap-1">
              {steps.map((step) => (
                <StepItem key={step.n} controller={controller} message={message} step={step} />
              ))}
            </ul>
          )}
        </div>
      ))}
      {running && !isBusy && sections.at(-1)?.text === "" && (
        <span className="typing" role="img" aria-label={t("chat.waiting")} />
      )}
    </>
  );
}

function StepItem({
  controller,
  message,
  step,
}: {
  controller: ConversationController;
  message: ChatMessage;
  step: Step;
}) {
  const { t } = useTranslation();
  const { state, tool, ask } = step;
  const title = titleOf(t, step);
  const isAsking = isOpenStep(step) && ask !== undefined && (message.status === "waiting" || ask.is_held);
  const summary = useRef<HTMLElement>(null);
  const answeredIn = useRef<HTMLElement>(null);
  // The question had the focus, and is replaced by the step, if there is one.
  useLayoutEffect(() => {
    if (isAsking || !answeredIn.current) return;
    if (isFocusLost()) (summary.current ?? answeredIn.current).focus({ preventScroll: true });
    answeredIn.current = null;
  }, [isAsking]);
  if (isAsking) {
    return (
      <li>
        <StepQuestion
          controller={controller}
          messageId={message.id}
          step={step}
          onAnswer={(card) => {
            answeredIn.current = card.closest("article");
          }}
        />
      </li>
    );
  }
  if (tool === "") return null;
  const objects = step.objects ?? [];
  const images = objects.filter(({ media_type }) => media_type.startsWith("image/"));
  const files = objects.filter((object) => !images.includes(object));
  const renew = () => controller.expire(message.id);
  return (
    <li>
      <StepRow
        summaryRef={summary}
        icon={<StepIcon state={state} />}
        state={state}
        title={title}
        preview={previewOf(t, step)}
        sent={shown(step.arguments)}
        result={step.result}
        sources={step.sources ?? []}
        // A link does not report that it has expired.
        onUnfold={step.result_url || files.length > 0 ? renew : undefined}
      >
        {step.is_result_cut && (
          <p className="text-xs">
            {t("steps.resultCut")}{" "}
            {step.result_url && (
              <a
                href={step.result_url}
                target="_blank"
                rel="noopener noreferrer"
                className="text-accent hover:underline"
              >
                {t("steps.wholeResult")}
              </a>
            )}
          </p>
        )}
        {files.map(({ url, name }) => (
          <a
            key={withoutQuery(url)}
            href={url}
            target="_blank"
            rel="noopener noreferrer"
            dir="auto"
            className="w-fit max-w-full truncate text-accent hover:underline"
          >
            {name}
          </a>
        ))}
      </StepRow>
      {images.length > 0 && (
        <div className="mt-1 mb-2 flex flex-wrap gap-2">
          {images.map(({ url, name }) => (
            <a
              key={withoutQuery(url)}
              href={url}
              target="_blank"
              rel="noopener noreferrer"
              className="max-w-full"
            >
              <img
                src={url}
                alt={name || title}
                onError={renew}
                className="max-h-80 min-h-8 max-w-full rounded-lg border border-line object-contain"
              />
            </a>
          ))}
        </div>
      )}
    </li>
  );
}

function StepIcon({ state }: { state: Step["state"] }) {
  switch (state) {
    case "running":
      return <Spinner />;
    case "done":
      return <Check aria-hidden className="icon flex-none" />;
    case "failed":
    case "denied":
      return <CircleX aria-hidden className="icon flex-none" />;
    case "unknown":
      return <CircleHelp aria-hidden className="icon flex-none" />;
    case "waiting":
      return <Hourglass aria-hidden className="icon flex-none" />;
    default:
      return <Wrench aria-hidden className="icon flex-none" />;
  }
}

/** The address of an object, which stays when its signature is renewed. */
function withoutQuery(url: string): string {
  return url.split("?", 1)[0] ?? url;
}

function shown(value: Step["arguments"]): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
