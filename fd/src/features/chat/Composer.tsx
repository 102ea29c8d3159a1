import { ArrowUp, Paperclip, RotateCw, Square, X } from "lucide-react";
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { ToolChoice } from "@/api/types";
import { IconButton } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { lazyPart } from "@/components/lazy-part";
import { preloadRenderers } from "@/components/markdown/preload";
import { Spinner } from "@/components/Spinner";
import type { PromptMenuHandle } from "@/features/prompts/pages";
import { sendKeyOf, sendsMessage, usePreferences } from "@/features/settings";
import { type FirstPaintText, takeOverComposer } from "@/first-paint/handover";
import {
  ATTACHMENT,
  ATTACHMENT_PICTURE,
  ATTACHMENTS,
  COMPOSER,
  COMPOSER_BUTTONS,
  COMPOSER_FIELD,
} from "@/first-paint/layout";
import { describeError, useTranslation } from "@/i18n";
import { nextTask } from "@/tasks";
import {
  type Attachment,
  type AttachmentProblem,
  type AttachmentTray,
  isSendable,
  MAX_FILES,
  MAX_IMAGES,
  useAttachments,
} from "./attachments";
import { FOLD_LENGTH, insertText, useComposerInput } from "./composer-input";
import {
  joinTexts,
  loadDraft,
  loadFolds,
  onRestored,
  SendingText,
  saveDraft,
  saveFolds,
  unfold,
} from "./drafts";
import { FoldedText } from "./FoldedText";
import { ToolsButton } from "./ToolsButton";

const FileCard = lazyPart(async () => (await import("@/features/files/pages")).FileCard);
const PromptMenu = lazyPart(async () => (await import("@/features/prompts/pages")).PromptMenu);

/** A text that is nothing but the beginning of a prompt's command. */
const COMMAND = /^\/(\S*)$/;
/** Delay in ms before a send shows a spinner. */
const SPINNER_DELAY_MS = 100;

export interface ComposerHandle {
  /** Inserts a quotation at the end of the text, and places the caret below it. */
  quote(quotation: string): void;
  /** Replaces the text, and moves the caret to its end. */
  fill(text: string): void;
}

/** A long text above the field. */
interface FoldedPart {
  readonly id: number;
  readonly text: string;
}

let foldedParts = 0;

function newPart(text: string): FoldedPart {
  foldedParts += 1;
  return { id: foldedParts, text };
}

/** The message composer: growing text field, long texts, images, files, send and stop buttons. */
export function Composer({
  ref,
  conversationId,
  draftOf,
  projectId,
  tray,
  takesImages,
  tools,
  onTools,
  running,
  stoppable,
  onSend,
  onQueue,
  onStop,
  onEditLast,
  children,
}: {
  ref: Ref<ComposerHandle>;
  /** Images are uploaded to it; null before it is created. */
  conversationId: string | null;
  /** The conversation of the draft; null for a new one. */
  draftOf: string | null;
  /** The project whose prompts are offered besides those of none. */
  projectId: string | null;
  tray: AttachmentTray;
  /** Whether the model is sent images, as far as that is known. */
  takesImages: boolean;
  /** The tools of the next turns. */
  tools: ToolChoice;
  onTools: (tools: ToolChoice) => void;
  running: boolean;
  /** Whether a reply is running, also beside the one that messages wait for. */
  stoppable: boolean;
  /** Rejects with ApiError when the message could not be sent; its text and attachments are then in the composer again. */
  onSend: (message: SendingText) => Promise<void>;
  /** Receives the message instead of `onSend` while a reply is running. Rejects like it. */
  onQueue: (message: SendingText) => Promise<void>;
  onStop: () => void;
  /** The up arrow was pressed in the empty field. */
  onEditLast: () => void;
  /** More buttons, beside the one for attachments. */
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const sendKey = usePreferences(sendKeyOf);
  const { items, problem } = useAttachments(tray);
  const [draft] = useState(() => unfold(loadDraft(draftOf), loadFolds(draftOf)));
  const [text, setText] = useState(draft.text);
  const [folded, setFolded] = useState<readonly FoldedPart[]>(() => draft.folded.map(newPart));
  const [sending, setSending] = useState(false);
  const busy = useRef(false);
  const [error, setError] = useState<unknown>(null);
  const [dragged, setDragged] = useState<"files" | "text" | null>(null);
  const [closedCommand, setClosedCommand] = useState<string | null>(null);
  const prompts = useRef<PromptMenuHandle>(null);
  const textarea = useRef<HTMLTextAreaElement>(null);
  const filePicker = useRef<HTMLInputElement>(null);

  const addFiles = (files: Iterable<File>) => tray.add(files, conversationId);
  const addText = (added: string) => {
    if (added.length <= FOLD_LENGTH) {
      if (textarea.current) insertText(textarea.current, added);
      return;
    }
    const part = newPart(added);
    setFolded((parts) => [...parts, part]);
    textarea.current?.focus();
  };
  useComposerInput(textarea, { onFiles: addFiles, onText: addText, onDrag: setDragged });
  useImperativeHandle(ref, () => ({
    quote: (quotation) => {
      const field = textarea.current;
      if (!field) return;
      const written = field.value.trimEnd();
      field.setSelectionRange(written.length, field.value.length);
      insertText(field, `${written === "" ? "" : "\n\n"}${quotation}\n\n`);
    },
    fill: (filled) => {
      const field = textarea.current;
      if (!field) return;
      field.setSelectionRange(0, field.value.length);
      insertText(field, filled);
    },
  }));
  useGrowingHeight(textarea, text);
  const command = COMMAND.exec(text)?.[1];
  /** The reasons why images were not uploaded, but the one that is shown as the send's. */
  const imageErrors = new Set(
    items.flatMap((item) =>
      item.kind === "image" && item.error && item.error !== error ? describeError(t, item.error) : [],
    ),
  );
  /** The text to be sent. */
  const whole = joinTexts(...folded.map((part) => part.text), text);
  const savedAs = useRef(draftOf);
  useEffect(() => {
    // A new conversation was created: its draft moves with it.
    if (savedAs.current !== draftOf) {
      saveDraft(savedAs.current, "");
      saveFolds(savedAs.current, []);
    }
    savedAs.current = draftOf;
    saveDraft(draftOf, whole);
    saveFolds(
      draftOf,
      folded.map((part) => part.text),
    );
  }, [draftOf, whole, folded]);
  const restoring = useRef(false);
  useEffect(
    () =>
      onRestored(draftOf, () => {
        // A message of an earlier composer: the user has left the conversation since, and come back.
        if (restoring.current) return;
        const restored = unfold(loadDraft(draftOf), loadFolds(draftOf));
        setText(restored.text);
        setFolded(restored.folded.map(newPart));
      }),
    [draftOf],
  );
  const firstPaint = useRef<FirstPaintText>(null);
  // A layout effect runs before the next frame, so that the caret does not jump.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; the creation of the conversation changes no focus
  useLayoutEffect(() => {
    const taken = takeOverComposer(draftOf);
    // The first-paint composer shows the whole draft, and may have newer text.
    if (taken) {
      const shown = unfold(taken.text, loadFolds(draftOf));
      const before = taken.text.length - shown.text.length;
      const [start, end] = taken.selection ?? [0, 0];
      const selection =
        taken.selection && ([Math.max(start - before, 0), Math.max(end - before, 0)] as const);
      firstPaint.current = { ...taken, text: shown.text, selection };
      setText(shown.text);
      setFolded(shown.folded.map(newPart));
    }
    if (firstPaint.current?.files.length) addFiles(firstPaint.current.files);
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

  const hasMessage = whole !== "" || items.some(isSendable);
  const canSend = hasMessage && (running || !sending);

  const send = async () => {
    if (!canSend || (busy.current && !running)) return;
    const deliver = running ? onQueue : onSend;
    busy.current = true;
    // Do not flash a spinner for sends that finish at once.
    const spinner = setTimeout(() => setSending(true), SPINNER_DELAY_MS);
    setError(null);
    const sent = text;
    const message = new SendingText(draftOf, whole.trim());
    saveDraft(draftOf, "");
    setText("");
    setFolded([]);
    try {
      await deliver(message);
    } catch (caught) {
      // When the page is left, its calls fail first; the stored draft is then to stay as it is.
      await nextTask();
      restoring.current = true;
      message.restore();
      restoring.current = false;
      // The field may have new text.
      setText((written) => joinTexts(sent, written));
      setFolded((parts) => [...folded, ...parts]);
      setError(caught);
    } finally {
      clearTimeout(spinner);
      busy.current = false;
      setSending(false);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.nativeEvent.isComposing && prompts.current?.onKeyDown(event.key)) {
      // The key belongs to the menu: it neither sends nor stops a reply.
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "ArrowUp" && isPlain && text === "" && !hasMessage) {
      event.preventDefault();
      onEditLast();
      return;
    }
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
      <div className={`${COMPOSER} relative border-line`}>
        {command !== undefined && command !== closedCommand && (
          <PromptMenu
            ref={prompts}
            query={command}
            projectId={projectId}
            onText={(filled) => {
              setText(filled);
              textarea.current?.focus();
            }}
            onClose={() => setClosedCommand(command)}
          />
        )}
        {folded.length > 0 && (
          <ul className="flex flex-col gap-2 px-3 pt-3">
            {folded.map(({ id, text: long }) => (
              <FoldedText
                key={id}
                text={long}
                onChange={(next) =>
                  setFolded((parts) => parts.map((part) => (part.id === id ? { id, text: next } : part)))
                }
                onRemove={() => {
                  setFolded((parts) => parts.filter((part) => part.id !== id));
                  textarea.current?.focus();
                }}
              />
            ))}
          </ul>
        )}
        {items.length > 0 && (
          <ul className={`${ATTACHMENTS} max-h-[30dvh] overflow-y-auto`}>
            {items.map((item) =>
              item.kind === "file" ? (
                <li key={item.id} className="w-full sm:w-64">
                  <FileCard
                    item={item}
                    onRemove={() => tray.remove(item.id)}
                    onRetry={() => tray.retry(item.id, conversationId)}
                    onPages={takesImages ? () => tray.sendAsPages(item.id) : undefined}
                  />
                </li>
              ) : (
                <Thumbnail
                  key={item.id}
                  item={item}
                  onRemove={() => tray.remove(item.id)}
                  onRetry={conversationId ? () => tray.retry(item.id, conversationId) : undefined}
                />
              ),
            )}
          </ul>
        )}
        {[...imageErrors].map((reason) => (
          <p key={reason} role="alert" className="px-4.5 pt-2 text-xs text-danger">
            {reason}
          </p>
        ))}
        <textarea
          ref={textarea}
          rows={1}
          dir="auto"
          value={text}
          onChange={(event) => {
            preloadRenderers();
            setText(event.target.value);
          }}
          onKeyDown={onKeyDown}
          enterKeyHint={sendKey === "enter" ? "send" : "enter"}
          placeholder={t("chat.placeholder")}
          aria-label={t("chat.placeholder")}
          className={COMPOSER_FIELD}
        />
        <div className={COMPOSER_BUTTONS}>
          <div className="flex min-w-0 items-center">
            <IconButton
              round
              label={t("chat.attach")}
              onClick={() => filePicker.current?.click()}
              size="large"
            >
              <Paperclip aria-hidden className="icon" />
            </IconButton>
            {children}
          </div>
          <input
            ref={filePicker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              addFiles(event.target.files ?? []);
              event.target.value = "";
            }}
          />
          <span className="me-auto">
            <ToolsButton tools={tools} onChange={onTools} />
          </span>
          <div className="flex items-center gap-2">
            {stoppable && (
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
      </div>
      {dragged && (
        <div className="pointer-events-none fixed inset-0 z-50 bg-canvas/90 p-4">
          <div className="grid h-full place-items-center rounded-3xl border-2 border-dashed border-accent text-lg font-medium text-accent">
            {t(dragged === "files" ? "chat.dropHere" : "chat.dropText")}
          </div>
        </div>
      )}
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
    <li className={ATTACHMENT}>
      <img src={item.previewUrl} alt={item.name} className={ATTACHMENT_PICTURE} />
      {item.state === "uploading" && (
        <progress
          max={100}
          value={item.percent}
          aria-label={t("chat.imageProgress", { name: item.name, percent: item.percent })}
          className="absolute inset-x-1.5 bottom-1.5 h-1 w-17 appearance-none overflow-hidden rounded-full [&::-webkit-progress-bar]:bg-canvas [&::-webkit-progress-value]:bg-accent"
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
  const megabytes = (count: number) =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit: "megabyte",
      maximumFractionDigits: 1,
    }).format(count);
  const words = () => {
    switch (problem.kind) {
      case "unsupported":
        return t("chat.imageUnsupported", { name: problem.name });
      case "too-many":
        return t("chat.tooManyImages", { count: MAX_IMAGES });
      case "too-many-files":
        return t("files.tooMany", { count: MAX_FILES });
      case "too-large":
        return t("chat.imageTooLarge", { name: problem.name, max: megabytes(problem.maxMegabytes) });
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
