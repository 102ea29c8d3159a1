import { Check, CircleHelp, CircleX, FileText, ImageOff } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import type { SharedDocument, SharedMessage, SharedPart } from "@/api/shared-document";
import { PartBoundary } from "@/components/lazy-part";
import { sectionsOf } from "@/components/reply-sections";
import { SourceLinks } from "@/components/SourceLinks";
import { StepRow, UNFOLDING } from "@/components/StepRow";
import { useTranslation } from "@/i18n";

const Markdown = lazy(async () => ({ default: (await import("@/components/markdown")).Markdown }));

interface Props {
  message: SharedMessage;
  imageUrl: (name: string) => string;
}

/** The messages of a share, as in a chat but without anything to change. */
export function SharedMessages({
  messages,
  imageUrl,
}: {
  messages: SharedDocument["messages"];
  imageUrl: (name: string) => string;
}) {
  return messages.map((message, index) => (
    <article
      // The list never changes.
      // biome-ignore lint/suspicious/noArrayIndexKey: a message has no other identity
      key={index}
      className="message"
      data-role={message.role}
    >
      {message.role === "user" ? (
        <UserMessage message={message} imageUrl={imageUrl} />
      ) : (
        <Reply message={message} imageUrl={imageUrl} />
      )}
    </article>
  ));
}

const textOf = (content: readonly SharedPart[]) =>
  content.flatMap((part) => (part.type === "text" ? part.text : [])).join("\n\n");

function UserMessage({ message, imageUrl }: Props) {
  const { t } = useTranslation();
  const text = textOf(message.content);
  return (
    <div className="flex flex-col items-end gap-2">
      <h2 className="sr-only">{t("chat.you")}</h2>
      <Attachments content={message.content} imageUrl={imageUrl} />
      {text ? (
        <div
          dir="auto"
          className="max-w-[85%] rounded-3xl bg-surface px-4.5 py-2.5 break-words whitespace-pre-wrap"
        >
          {text}
        </div>
      ) : (
        message.content.length === 0 && <p className="text-sm text-muted">{t("sharedPage.leftOut")}</p>
      )}
    </div>
  );
}

function Attachments({ content, imageUrl }: { content: readonly SharedPart[]; imageUrl: Props["imageUrl"] }) {
  return (
    <>
      {content.map((part, index) =>
        part.type === "image" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <SharedImage key={index} src={imageUrl(part.name)} />
        ) : (
          part.type === "file" && (
            <p
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
              key={index}
              className="flex max-w-full items-center gap-2 rounded-xl border border-line px-3 py-2 text-sm"
            >
              <FileText aria-hidden className="icon flex-none text-muted" />
              <span dir="auto" className="truncate">
                {part.name}
              </span>
            </p>
          )
        ),
      )}
    </>
  );
}

function SharedImage({ src }: { src: string }) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(src === "");
  if (failed) {
    return (
      <p className="flex items-center gap-2 text-sm text-muted">
        <ImageOff aria-hidden className="icon" />
        {t("sharedPage.noImage")}
      </p>
    );
  }
  return (
    <img
      src={src}
      alt={t("chat.image")}
      referrerPolicy="no-referrer"
      onError={() => setFailed(true)}
      className="max-h-96 min-h-24 max-w-full rounded-2xl border border-line object-contain"
    />
  );
}

function Reply({ message, imageUrl }: Props) {
  const { t } = useTranslation();
  const sections = sectionsOf(textOf(message.content), message.steps);
  return (
    <div className="flex flex-col gap-2">
      <h2 className="sr-only">{t("chat.assistant")}</h2>
      {message.reasoning !== "" && (
        <details className="text-sm text-muted">
          <summary className={UNFOLDING}>{t("chat.thought")}</summary>
          <div dir="auto" className="border-s-2 border-line ps-4 text-sm/6 break-words whitespace-pre-wrap">
            {message.reasoning}
          </div>
        </details>
      )}
      {sections.map(({ text, steps }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
        <div key={index} className="contents">
          {text.trim() !== "" && <ReplyText text={text} />}
          {steps.map((step, number) => (
            <StepRow
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
              key={number}
              icon={<StepIcon state={step.state} />}
              state={step.state}
              title={step.title || step.tool}
              preview={step.preview}
              sent={step.arguments}
              result={step.result || undefined}
              sources={step.sources}
            />
          ))}
        </div>
      ))}
      <Attachments content={message.content} imageUrl={imageUrl} />
      {message.status !== "completed" && (
        <p className="text-sm text-muted">
          {t(message.status === "failed" ? "chat.failed" : "chat.stopped")}
        </p>
      )}
      {message.sources.length > 0 && (
        <section aria-label={t("chat.sources")} className="flex flex-col gap-0.5 text-sm">
          <h3 className="text-muted">{t("chat.sources")}</h3>
          <SourceLinks sources={message.sources} />
        </section>
      )}
      {message.model !== "" && <p className="truncate text-xs text-muted">{message.model}</p>}
    </div>
  );
}

const STEP_ICONS = { done: Check, failed: CircleX, denied: CircleX, unknown: CircleHelp } as const;

function StepIcon({ state }: { state: keyof typeof STEP_ICONS }) {
  const Icon = STEP_ICONS[state];
  return <Icon aria-hidden className="icon flex-none" />;
}

function ReplyText({ text }: { text: string }) {
  const plain: ReactNode = (
    <div dir="auto" className="break-words whitespace-pre-wrap">
      {text}
    </div>
  );
  return (
    <PartBoundary>
      {() => (
        <Suspense fallback={plain}>
          <Markdown text={text} finished drawDiagrams />
        </Suspense>
      )}
    </PartBoundary>
  );
}
