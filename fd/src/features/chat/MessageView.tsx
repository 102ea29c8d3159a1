import { ChevronDown, ChevronLeft, ChevronRight, Copy, CopyCheck, Pencil, RefreshCw } from "lucide-react";
import { lazy, memo, Suspense, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useStore } from "zustand";
import type { FilePart, ImagePart } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { CopyFailure } from "@/components/CopyFailure";
import { ErrorNotice } from "@/components/ErrorNotice";
import { GrowingText } from "@/components/GrowingText";
import { lazyPart } from "@/components/lazy-part";
import { Skeleton } from "@/components/Skeleton";
import { Spinner } from "@/components/Spinner";
import { useCopy } from "@/components/useCopy";
import { isFocusLost, useFocusReturn } from "@/components/useFocusReturn";
import { useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import {
  type ChatMessage,
  comparedWith,
  filesOf,
  isContinuable,
  isRunning,
  textOf,
  versionsOf,
} from "./conversation-state";
import { isLocal } from "./local-ids";
import { MessageEditor } from "./MessageEditor";
import { MessageImages } from "./MessageImages";
import { MessageMenu, RegenerateMenu } from "./MessageMenu";
import { MessageText } from "./MessageText";
import {
  ContextStart,
  DetailsPopover,
  ImagesOmitted,
  ProviderWaiting,
  Sources,
  ToolProblems,
} from "./ReplyDetails";

const FileCitations = lazyPart(async () => (await import("./FileCards")).FileCitations);
const FileExcerpts = lazyPart(async () => (await import("./FileCards")).FileExcerpts);
const MessageFiles = lazyPart(async () => (await import("./FileCards")).MessageFiles);
const ReplyWithSteps = lazyPart(async () => (await import("./ReplyWithSteps")).ReplyWithSteps);
const Comparison = lazy(async () => ({ default: (await import("./Comparison")).Comparison }));

/**
 * A message, with its position in the branch, from 1 (`total` is -1 if unknown).
 * Subscribes only to its own message, so that a growing reply renders nothing else.
 */
export const MessageView = memo(function MessageView({
  controller,
  id,
  position,
  total,
  startsContext,
  observe,
}: {
  controller: ConversationController;
  id: string;
  position: number;
  total: number;
  /** Whether the model's context started at this message. */
  startsContext: boolean;
  observe: React.RefCallback<HTMLElement>;
}) {
  const message = useStore(controller.store, (state) => state.messages.get(id));
  if (!message) return null;
  return (
    <article
      ref={observe}
      // Articles of a feed are focusable, for keyboard navigation between them.
      tabIndex={-1}
      className="message group/message"
      data-key={message.key}
      data-role={message.role}
      data-status={message.status}
      aria-posinset={total === -1 ? undefined : position}
      aria-setsize={total}
    >
      {startsContext && <ContextStart />}
      {message.status === "unloaded" ? (
        <UnloadedMessage sender={message.role} takesFocus={controller.steppedTo?.id === id} />
      ) : message.role === "user" ? (
        <UserMessage controller={controller} message={message} />
      ) : (
        <Replies controller={controller} message={message} />
      )}
    </article>
  );
});

/** A reply, or two of them side by side. */
function Replies({ controller, message }: MessageProps) {
  const otherId = useStore(controller.store, (state) => comparedWith(state, message.id));
  const other = useStore(controller.store, (state) => state.messages.get(otherId ?? ""));
  const reply = <AssistantMessage controller={controller} message={message} />;
  if (!other) return reply;
  return (
    <Suspense fallback={reply}>
      <Comparison
        controller={controller}
        replies={[other, message]}
        renderReply={(compared, toolbar) =>
          compared.status === "unloaded" ? (
            <UnloadedMessage sender="assistant" />
          ) : (
            <AssistantMessage controller={controller} message={compared} toolbar={toolbar} />
          )
        }
      />
    </Suspense>
  );
}

interface MessageProps {
  controller: ConversationController;
  message: ChatMessage;
}

/** `takesFocus`: until the button is loaded that has it then. */
function UnloadedMessage({
  sender,
  takesFocus = false,
}: {
  sender: ChatMessage["role"];
  takesFocus?: boolean;
}) {
  const { t } = useTranslation();
  const skeleton = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (takesFocus && isFocusLost()) skeleton.current?.closest("article")?.focus({ preventScroll: true });
  }, [takesFocus]);
  return (
    <div ref={skeleton} aria-busy className="flex flex-col gap-4">
      <span className="sr-only">{t("chat.loadingHistory")}</span>
      {sender === "user" ? (
        <Skeleton className="ms-auto mb-10 h-11 w-2/5 rounded-3xl" />
      ) : (
        ["w-11/12", "w-4/5", "w-full", "w-5/6", "w-3/4", "w-2/3"].map((width) => (
          <Skeleton key={width} className={`h-4 ${width}`} />
        ))
      )}
    </div>
  );
}

function UserMessage({ controller, message }: MessageProps) {
  const { t } = useTranslation();
  const editing = useStore(controller.editing, ({ id }) => id === message.id);
  const editButton = useFocusReturn(editing);
  const images = message.content.filter((part): part is ImagePart => part.type === "image_url");
  const files = message.content.filter((part): part is FilePart => part.type === "file");
  const text = textOf(message.content);
  return (
    <div className="flex flex-col items-end gap-2">
      <h2 className="sr-only">{t("chat.you")}</h2>
      {images.length > 0 && <MessageImages images={images} onError={() => controller.expire(message.id)} />}
      {files.length > 0 && <MessageFiles files={files} />}
      {editing ? (
        <MessageEditor
          text={controller.editedText ?? text}
          submitLabel={t("chat.sendEdited")}
          onType={(typed) => {
            controller.editedText = typed;
          }}
          onCancel={() => controller.edit(null)}
          // An edit creates a sibling, which replaces this message and its descendants on the screen.
          onSave={(next) => {
            controller.edit(null);
            void controller.send([...images, ...files, { type: "text", text: next }], message.parentId);
          }}
        />
      ) : (
        text && <UserText text={text} />
      )}
      {message.status === "unsent" ? (
        <div className="w-full max-w-md">
          <ErrorNotice title={t("chat.notSent")} error={message.error}>
            <Button onClick={() => void controller.resend(message.id)}>{t("action.retry")}</Button>
            <Button onClick={() => controller.discard(message.id)}>{t("action.delete")}</Button>
          </ErrorNotice>
        </div>
      ) : (
        !editing && (
          <MessageToolbar visible={false}>
            <BranchSwitch controller={controller} message={message} />
            <CopyButton text={text} />
            {/* A message that is being sent has no id of the backend yet. */}
            {message.status !== "sending" && (
              <>
                <IconButton
                  ref={editButton}
                  label={t("chat.editMessage")}
                  onClick={() => controller.edit(message.id)}
                >
                  <Pencil aria-hidden className="icon" />
                </IconButton>
                <MessageMenu controller={controller} message={message} />
              </>
            )}
          </MessageToolbar>
        )
      )}
    </div>
  );
}

/** A citation of a file's page: `[report.pdf p. 3]`. */
const PAGE_CITATION = / pp?\. ?\d[^\]]*\]/;

/** Length from which a user's text is folded. */
const LONG_CHARACTERS = 1500;
const LONG_LINES = 16;

/** A user's text. A long one is folded; all of it is in the document, for the browser's search and for copying. */
function UserText({ text }: { text: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const isLong = text.length > LONG_CHARACTERS || text.split("\n").length > LONG_LINES;
  const isFolded = isLong && !open;
  return (
    <div className="max-w-[85%] rounded-3xl bg-surface px-4.5 py-2.5 break-words">
      <div
        dir="auto"
        className={`whitespace-pre-wrap ${isFolded ? "max-h-80 overflow-hidden mask-b-from-75% print:max-h-none print:mask-none" : ""}`}
      >
        {text}
      </div>
      {isLong && (
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="mt-1 text-sm text-muted underline-offset-2 hover:text-ink hover:underline print:hidden"
        >
          {open ? t("chat.showLess") : t("chat.showMore")}
        </button>
      )}
    </div>
  );
}

/** `toolbar`: in place of the usual one. */
function AssistantMessage({ controller, message, toolbar }: MessageProps & { toolbar?: React.ReactNode }) {
  const { t } = useTranslation();
  const running = isRunning(message);
  const text = textOf(message.content);
  const reconnecting = useStore(controller.store, (state) => state.reconnecting.has(message.id));
  const continuable = isContinuable(message);
  const continueButton = (
    <Button
      className="h-8"
      onClick={({ currentTarget }) => {
        // The button is removed with the first event.
        currentTarget.closest("article")?.focus({ preventScroll: true });
        void controller.continueReply(message.id);
      }}
    >
      {t("chat.continue")}
    </Button>
  );
  return (
    <div className="flex flex-col gap-2" aria-busy={running}>
      <h2 className="sr-only">{t("chat.assistant")}</h2>
      {message.reasoning && <Reasoning message={message} />}
      {message.steps.length > 0 ? (
        <ReplyWithSteps controller={controller} message={message} />
      ) : text ? (
        <MessageText text={text} finished={!running} sources={message.sources} />
      ) : (
        running && !message.reasoning && <span className="typing" role="img" aria-label={t("chat.waiting")} />
      )}
      {running && message.providerWait && <ProviderWaiting wait={message.providerWait} />}
      {reconnecting && (
        <p role="status" className="flex items-center gap-2 text-sm text-muted">
          <Spinner />
          {t("chat.reconnecting")}
        </p>
      )}
      {message.status === "failed" && (
        <ErrorNotice title={t("chat.failed")} error={message.error}>
          {continuable && continueButton}
          <Button className="h-8" onClick={() => void controller.regenerate(message.id)}>
            {t("action.retry")}
          </Button>
        </ErrorNotice>
      )}
      {continuable && message.status !== "failed" && (
        <div className="flex items-center gap-3 text-sm text-muted">
          {message.status === "stopped"
            ? t("chat.stopped")
            : message.status === "interrupted"
              ? t("chat.interrupted")
              : t("chat.cutShort")}
          {continueButton}
        </div>
      )}
      {message.finishReason === "content_filter" && !running && (
        <p className="text-sm text-muted">{t("chat.filtered")}</p>
      )}
      {message.sources.length > 0 && <Sources sources={message.sources} />}
      {!running && PAGE_CITATION.test(text) && (
        <FileCitations
          text={text}
          files={filesOf(controller.store.getState())}
          conversationId={controller.isCreated ? controller.id : null}
        />
      )}
      {message.fileExcerpts.length > 0 && <FileExcerpts excerpts={message.fileExcerpts} />}
      {message.imagesOmitted && <ImagesOmitted />}
      {message.toolsOmitted && <p className="text-sm text-muted">{t("steps.noTools")}</p>}
      {message.toolProblems.length > 0 && <ToolProblems problems={message.toolProblems} />}
      {toolbar ??
        (!running && (
          <MessageToolbar visible>
            <BranchSwitch controller={controller} message={message} />
            <CopyButton text={text} />
            <IconButton label={t("chat.regenerate")} onClick={() => void controller.regenerate(message.id)}>
              <RefreshCw aria-hidden className="icon" />
            </IconButton>
            <RegenerateMenu controller={controller} message={message} />
            <DetailsPopover message={message} />
            {!isLocal(message.id) && <MessageMenu controller={controller} message={message} />}
          </MessageToolbar>
        ))}
    </div>
  );
}

/** The toolbar below a message. Its height is reserved, so that nothing moves when it appears. */
function MessageToolbar({ visible, children }: { visible: boolean; children: React.ReactNode }) {
  return (
    <div
      className={`-mx-1.5 flex min-h-8 max-w-full flex-wrap items-center ${visible ? "" : "opacity-0 transition-opacity group-focus-within/message:opacity-100 group-hover/message:opacity-100 [@media(hover:none)]:opacity-100"}`}
    >
      {children}
    </div>
  );
}

function CopyButton({ text }: { text: string }) {
  const { t } = useTranslation();
  const { copied, failed, copy } = useCopy(text);
  const Icon = copied ? CopyCheck : Copy;
  return (
    <>
      <IconButton label={copied ? t("action.copied") : t("action.copy")} onClick={copy}>
        <Icon aria-hidden className="icon" />
      </IconButton>
      {failed && <CopyFailure />}
    </>
  );
}

/** ‹ 2/3 › between the versions of a message. */
function BranchSwitch({ controller, message }: MessageProps) {
  const { t } = useTranslation();
  useStore(controller.store, (state) => state.children.get(message.parentId));
  const previous = useRef<HTMLButtonElement>(null);
  const next = useRef<HTMLButtonElement>(null);
  // The other version, with the button that was pressed, is no longer in the document.
  useLayoutEffect(() => {
    const { steppedTo } = controller;
    if (steppedTo?.id !== message.id) return;
    controller.steppedTo = null;
    const article = next.current?.closest("article");
    if (!isFocusLost() && document.activeElement !== article) return;
    const [same, other] = steppedTo.step === 1 ? [next, previous] : [previous, next];
    const button = same.current?.disabled ? other.current : same.current;
    button?.focus({ preventScroll: true });
  }, [controller, message.id]);
  const ids = versionsOf(controller.store.getState(), message);
  if (ids.length < 2) return null;
  const position = ids.indexOf(message.id);
  const select = (step: -1 | 1) => {
    const id = ids[position + step];
    if (!id) return;
    const list = next.current?.closest("section[tabindex]");
    controller.steppedTo = { id, step };
    flushSync(() => controller.selectBranch(id));
    // The other version is far from the end of its branch, which is shown.
    if (document.activeElement === list) controller.steppedTo = null;
  };
  return (
    <span className="flex items-center text-xs text-muted tabular-nums">
      <IconButton
        ref={previous}
        label={t("chat.previousBranch")}
        disabled={position === 0}
        onClick={() => select(-1)}
        size="small"
      >
        <ChevronLeft aria-hidden className="icon" />
      </IconButton>
      <span aria-hidden>
        {position + 1}/{ids.length}
      </span>
      <span className="sr-only">{t("chat.branch", { position: position + 1, total: ids.length })}</span>
      <IconButton
        ref={next}
        label={t("chat.nextBranch")}
        disabled={position === ids.length - 1}
        onClick={() => select(1)}
        size="small"
      >
        <ChevronRight aria-hidden className="icon" />
      </IconButton>
    </span>
  );
}

/** The reasoning before a reply: open while it streams, folded when the reply starts. */
function Reasoning({ message }: { message: ChatMessage }) {
  const { t } = useTranslation();
  const thinking = isRunning(message) && textOf(message.content) === "";
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? thinking;
  const { reasoningStartedAt, reasoningEndedAt } = message;
  const seconds =
    reasoningStartedAt !== null && reasoningEndedAt !== null
      ? Math.max(1, Math.round((reasoningEndedAt - reasoningStartedAt) / 1000))
      : null;
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setChosen(!open)}
        className="-mx-1.5 flex h-8 items-center gap-1 rounded-lg px-1.5 text-sm text-muted hover:text-ink"
      >
        {thinking
          ? t("chat.thinking")
          : seconds === null
            ? t("chat.thought")
            : t("chat.thoughtFor", { seconds })}
        <ChevronDown aria-hidden className={`icon transition-transform ${open ? "rotate-180" : ""}`} />
      </button>
      {open && (
        <div className="border-s-2 border-line ps-4 text-sm/6 break-words whitespace-pre-wrap text-muted">
          <GrowingText text={message.reasoning} />
        </div>
      )}
    </div>
  );
}
