import { ArrowUp, ImagePlus, RotateCw, Square, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { IconButton } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { preloadRenderers } from "@/components/markdown/preload";
import { Spinner } from "@/components/Spinner";
import { sendKeyOf, sendsMessage, usePreferences } from "@/features/settings";
import { type FirstPaintText, takeOverComposer } from "@/first-paint/handover";
import { COMPOSER, COMPOSER_BUTTONS, COMPOSER_FIELD } from "@/first-paint/layout";
import { useTranslation } from "@/i18n";
import { nextTask } from "@/tasks";
import {
  ACCEPTED_TYPES,
  type Attachment,
  type AttachmentProblem,
  type AttachmentTray,
  MAX_IMAGES,
  useAttachments,
  useDroppedImages,
} from "./attachments";
import { joinTexts, loadDraft, SendingText, saveDraft } from "./drafts";

/** Delay in ms before a send shows a spinner. */
const SPINNER_DELAY_MS = 100;

/** The message composer: growing text field, images, send and stop buttons. */
export function Composer({
  conversationId,
  draftOf,
  tray,
  running,
  onSend,
  onQueue,
  onStop,
}: {
  /** Images are uploaded to it; null before it is created. */
  conversationId: string | null;
  /** The conversation of the draft; null for a new one. */
  draftOf: string | null;
  tray: AttachmentTray;
  running: boolean;
  /** Rejects with ApiError when the message could not be sent; its text and images are then in the composer again. */
  onSend: (message: SendingText) => Promise<void>;
  /** Receives the message instead of `onSend` while a reply is running. Rejects like it. */
  onQueue: (message: SendingText) => Promise<void>;
  onStop: () => void;
}) {
  const { t } = useTranslation();
  const sendKey = usePreferences(sendKeyOf);
  const { items, problem } = useAttachments(tray);
  const [text, setText] = useState(() => loadDraft(draftOf));
  const [sending, setSending] = useState(false);
  const busy = useRef(false);
  const [error, setError] = useState<unknown>(null);
  const [dragging, setDragging] = useState(false);
  const textarea = useRef<HTMLTextAreaElement>(null);
  const filePicker = useRef<HTMLInputElement>(null);

  const addFiles = (files: Iterable<File>) => tray.add(files, conversationId);
  useDroppedImages(addFiles, setDragging);
  useGrowingHeight(textarea, text);
  const savedAs = useRef(draftOf);
  useEffect(() => {
    // A new conversation was created: its draft moves with it.
    if (savedAs.current !== draftOf) saveDraft(savedAs.current, "");
    savedAs.current = draftOf;
    saveDraft(draftOf, text);
  }, [draftOf, text]);
  const firstPaint = useRef<FirstPaintText>(null);
  // A layout effect runs before the next frame, so that the caret does not jump.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; the creation of the conversation changes no focus
  useLayoutEffect(() => {
    firstPaint.current = takeOverComposer(draftOf) ?? firstPaint.current;
    // The first-paint composer may have newer text than the draft.
    if (firstPaint.current) setText(firstPaint.current.text);
    // On phones, focusing would open the keyboard over the conversation.
    if (firstPaint.current?.selection || window.matchMedia("(hover: hover)").matches)
      textarea.current?.focus();
  }, []);
  useLayoutEffect(() => {
    const taken = firstPaint.current;
    if (taken?.text !== text) return;
    firstPaint.current = null;
    if (taken.selection) textarea.current?.setSelectionRange(...taken.selection);
    if (taken.sent) textarea.current?.form?.requestSubmit();
  }, [text]);

  const hasMessage = text.trim() !== "" || items.length > 0;
  // Images of a queued message are uploaded first, which needs the conversation.
  const canSend = running
    ? hasMessage && (items.length === 0 || conversationId !== null)
    : hasMessage && !sending;

  const send = async () => {
    if (!canSend || (busy.current && !running)) return;
    const deliver = running ? onQueue : onSend;
    busy.current = true;
    // Do not flash a spinner for sends that finish at once.
    const spinner = setTimeout(() => setSending(true), SPINNER_DELAY_MS);
    setError(null);
    const sent = text;
    const message = new SendingText(draftOf, sent.trim());
    saveDraft(draftOf, "");
    setText("");
    try {
      await deliver(message);
    } catch (caught) {
      // When the page is left, its calls fail first; the stored draft is then to stay as it is.
      await nextTask();
      message.restore();
      // The field may have new text.
      setText((written) => joinTexts(sent, written));
      setError(caught);
    } finally {
      clearTimeout(spinner);
      busy.current = false;
      setSending(false);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!sendsMessage(event.nativeEvent, sendKey)) return;
    event.preventDefault();
    void send();
  };

  return (
    <form
      aria-label={t("chat.placeholder")}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      className="flex flex-col gap-2"
    >
      <ErrorNotice error={error} />
      {problem && <ProblemNotice problem={problem} onDismiss={() => tray.dismissProblem()} />}
      <div className={`${COMPOSER} ${dragging ? "border-accent" : "border-line"}`}>
        {items.length > 0 && (
          <ul className="flex flex-wrap gap-2 px-3 pt-3">
            {items.map((item) => (
              <Thumbnail
                key={item.id}
                item={item}
                onRemove={() => tray.remove(item.id)}
                onRetry={conversationId ? () => tray.retry(item.id, conversationId) : undefined}
              />
            ))}
          </ul>
        )}
        <textarea
          ref={textarea}
          rows={1}
          value={text}
          onChange={(event) => {
            preloadRenderers();
            setText(event.target.value);
          }}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const files = [...event.clipboardData.files];
            if (files.length === 0) return;
            event.preventDefault();
            addFiles(files);
          }}
          enterKeyHint={sendKey === "enter" ? "send" : "enter"}
          placeholder={t("chat.placeholder")}
          aria-label={t("chat.placeholder")}
          className={COMPOSER_FIELD}
        />
        <div className={COMPOSER_BUTTONS}>
          <IconButton round label={t("chat.attach")} onClick={() => filePicker.current?.click()} size="large">
            <ImagePlus aria-hidden className="icon" />
          </IconButton>
          <input
            ref={filePicker}
            type="file"
            accept={ACCEPTED_TYPES}
            multiple
            hidden
            onChange={(event) => {
              addFiles(event.target.files ?? []);
              event.target.value = "";
            }}
          />
          <div className="flex items-center gap-2">
            {running && (
              <button
                type="button"
                aria-label={t("chat.stop")}
                title={t("chat.stop")}
                onClick={onStop}
                className="grid size-9 place-items-center rounded-full bg-ink text-canvas"
              >
                <Square aria-hidden className="size-3.5 fill-current" />
              </button>
            )}
            {(!running || canSend) && (
              <button
                type="submit"
                aria-label={running ? t("chat.queue") : t("chat.send")}
                title={running ? t("chat.queue") : t("chat.send")}
                disabled={!canSend}
                className="grid size-9 place-items-center rounded-full bg-accent text-on-accent transition-colors disabled:bg-surface disabled:text-muted"
              >
                {sending ? <Spinner /> : <ArrowUp aria-hidden className="icon" />}
              </button>
            )}
          </div>
        </div>
        {dragging && (
          <div className="pointer-events-none absolute inset-0 grid place-items-center rounded-3xl bg-raised/90 text-sm font-medium text-accent">
            {t("chat.dropHere")}
          </div>
        )}
      </div>
    </form>
  );
}

function Thumbnail({
  item,
  onRemove,
  onRetry,
}: {
  item: Attachment;
  onRemove: () => void;
  onRetry: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  return (
    <li className="relative size-16">
      <img
        src={item.previewUrl}
        alt={item.name}
        className="size-full rounded-xl border border-line object-cover"
      />
      {item.state === "uploading" && (
        <progress
          max={100}
          value={item.percent}
          aria-label={t("chat.imageProgress", { name: item.name, percent: item.percent })}
          className="absolute inset-x-1.5 bottom-1.5 h-1 w-13 appearance-none overflow-hidden rounded-full [&::-webkit-progress-bar]:bg-canvas [&::-webkit-progress-value]:bg-accent"
        />
      )}
      {item.state === "failed" && (
        <div role="alert" className="absolute inset-0 grid place-items-center rounded-xl bg-scrim">
          <span className="sr-only">{t("chat.imageFailed", { name: item.name })}</span>
          {onRetry && (
            <IconButton label={t("action.retry")} onClick={onRetry} className="bg-raised text-danger">
              <RotateCw aria-hidden className="icon" />
            </IconButton>
          )}
        </div>
      )}
      <IconButton
        round
        label={t("chat.removeImage", { name: item.name })}
        onClick={onRemove}
        size="small"
        className="absolute -end-1.5 -top-1.5 border border-line bg-raised"
      >
        <X aria-hidden className="size-3.5" />
      </IconButton>
    </li>
  );
}

function ProblemNotice({ problem, onDismiss }: { problem: AttachmentProblem; onDismiss: () => void }) {
  const { t, language } = useTranslation();
  const megabytes = (bytes: number) =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit: "megabyte",
      maximumFractionDigits: 1,
    }).format(bytes / 1_048_576);
  const words = () => {
    switch (problem.kind) {
      case "unsupported":
        return t("chat.imageUnsupported", { name: problem.name });
      case "too-many":
        return t("chat.tooManyImages", { count: MAX_IMAGES });
      case "too-large":
        return t("chat.imageTooLarge", { name: problem.name, max: megabytes(problem.maxBytes) });
    }
  };
  return (
    <div role="alert" className="flex items-center gap-2 rounded-lg bg-danger-soft px-3.5 py-1.5 text-sm">
      <span className="min-w-0 flex-1">{words()}</span>
      <IconButton label={t("action.dismiss")} onClick={onDismiss}>
        <X aria-hidden className="icon" />
      </IconButton>
    </div>
  );
}

const SIZES_ITSELF = CSS.supports("field-sizing", "content");

/** Grows a textarea with its text in browsers without CSS `field-sizing`. */
function useGrowingHeight(ref: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = ref.current;
    if (SIZES_ITSELF || !element || text === undefined) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [ref, text]);
}
