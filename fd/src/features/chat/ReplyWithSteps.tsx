import { Check, CircleHelp, CircleX, Hourglass, Wrench } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import type { Step } from "@/api/types";
import { Spinner } from "@/components/Spinner";
import { StepText } from "@/components/StepText";
import { isFocusLost } from "@/components/useFocusReturn";
import { useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import { type ChatMessage, isRunning, textOf } from "./conversation-state";
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

interface Section {
  text: string;
  /** After the text. */
  steps: Step[];
}

/** The text cut at its steps; the last section has no steps. `at` counts code points. */
function sectionsOf(text: string, steps: readonly Step[]): Section[] {
  const characters = [...text];
  const sections: Section[] = [];
  let start = 0;
  for (const step of steps) {
    const last = sections.at(-1);
    if (last && step.at <= start) {
      last.steps.push(step);
      continue;
    }
    sections.push({ text: characters.slice(start, step.at).join(""), steps: [step] });
    start = Math.min(step.at, characters.length);
  }
  return [...sections, { text: characters.slice(start).join(""), steps: [] }];
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
  const preview = previewOf(t, step);
  const isAsking = state === "waiting" && ask !== undefined && (message.status === "waiting" || ask.is_held);
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
  return (
    <li>
      <details className="group/step text-sm text-muted">
        <summary
          ref={summary}
          className="flex min-h-8 w-fit max-w-full cursor-pointer list-none items-center gap-2 rounded-lg hover:text-ink pointer-coarse:min-h-11"
        >
          <StepIcon state={state} />
          <span dir="auto" className="truncate">
            {title}
          </span>
          <span className="flex-none truncate max-sm:hidden">
            {state === "done" ? preview && `· ${preview}` : `· ${t(`steps.${state}`)}`}
          </span>
        </summary>
        <div className="mt-1 mb-2 flex flex-col gap-2 border-s-2 border-line ps-4">
          <StepText label={t("steps.arguments")} text={shown(step.arguments)} />
          {step.result !== undefined && <StepText label={t("steps.result")} text={step.result} />}
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
              key={url}
              href={url}
              target="_blank"
              rel="noopener noreferrer"
              dir="auto"
              className="w-fit max-w-full truncate text-accent hover:underline"
            >
              {name}
            </a>
          ))}
          {step.sources?.map(({ n, title: source, url }) => (
            <a
              key={n}
              href={url}
              target="_blank"
              rel="noopener noreferrer nofollow"
              dir="auto"
              className="truncate text-accent hover:underline"
            >
              [{n}] {source || url}
            </a>
          ))}
        </div>
      </details>
      {images.length > 0 && (
        <div className="mt-1 mb-2 flex flex-wrap gap-2">
          {images.map(({ url, name }) => (
            <a key={url} href={url} target="_blank" rel="noopener noreferrer" className="max-w-full">
              <img
                src={url}
                alt={name || title}
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

function shown(value: Step["arguments"]): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
