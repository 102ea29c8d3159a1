import { Check, Ellipsis, Hourglass, ListChecks } from "lucide-react";
import {
  type DragEvent,
  type MouseEvent,
  memo,
  type PointerEvent,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from "react";
import { Link } from "react-router";
import type { Conversation } from "@/api/types";
import { IconButton } from "@/components/Button";
import { lazyPart } from "@/components/lazy-part";
import { Menu, MenuItem } from "@/components/Menu";
import { Spinner } from "@/components/Spinner";
import type { RowPosition } from "@/components/WindowedRows";
import { useTranslation } from "@/i18n";
import type { ConversationActions } from "./actions";
import { useActivityMark } from "./activity";
import { DeleteItem, OrganizeItems } from "./ConversationMenuItems";
import { dragConversations } from "./drag";
import { RenameField } from "./RenameField";
import type { DragHandlers, Selection } from "./selection";

const MoveToProject = lazyPart(async () => (await import("./MoveToProject")).MoveToProject);

/** A row of a list: a link, a checkbox in selection mode, or a text field while renaming. */
export const ConversationItem = memo(function ConversationItem({
  conversation,
  current,
  selected,
  actions,
  onToggle,
  drag: { idsOf, onDropped },
  position,
}: {
  conversation: Conversation;
  current: boolean;
  /** null outside selection mode. */
  selected: boolean | null;
  actions: ConversationActions;
  onToggle: Selection["toggle"];
  drag: DragHandlers;
  position: RowPosition;
}) {
  const { t } = useTranslation();
  const [renaming, setRenaming] = useState(false);
  const [moving, setMoving] = useState(false);
  const menuButton = useRef<HTMLSpanElement>(null);
  const longPress = useLongPress(menuButton);
  const { id } = conversation;
  const title = conversation.title || t("conversations.untitled");

  const drag = {
    onDragStart: (event: DragEvent) => dragConversations(event, idsOf(id)),
    onDragEnd: ({ dataTransfer }: DragEvent) => {
      if (dataTransfer.dropEffect !== "none") onDropped();
    },
  };
  if (renaming) {
    return (
      <li {...position}>
        <RenameField
          title={conversation.title ?? ""}
          onDone={(next) => {
            setRenaming(false);
            if (next !== null) actions.rename(id, next);
          }}
        />
      </li>
    );
  }
  if (selected !== null) {
    return (
      <li
        {...position}
        {...drag}
        draggable
        className="relative flex h-9 select-none items-center gap-2.5 rounded-lg px-2.5 text-sm hover:bg-hover has-checked:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:-outline-offset-2"
      >
        {/* Over the whole row: in Firefox, a click on a label with Shift does not reach its control. */}
        <input
          type="checkbox"
          data-row={id}
          checked={selected}
          onChange={({ nativeEvent }) =>
            onToggle(id, (nativeEvent as unknown as MouseEvent).shiftKey === true)
          }
          aria-label={t("conversations.selectOne", { title })}
          className="absolute inset-0 z-10 size-full cursor-pointer appearance-none rounded-lg outline-none"
        />
        <span
          aria-hidden
          className={`grid size-4 flex-none place-items-center rounded-sm border ${selected ? "border-accent bg-accent text-on-accent" : "border-strong-line"}`}
        >
          {selected && <Check className="size-3" strokeWidth={3} />}
        </span>
        <span dir="auto" className="min-w-0 flex-1 truncate text-start">
          {title}
        </span>
      </li>
    );
  }
  return (
    <li {...position} className="group relative">
      <Link
        to={`/c/${id}`}
        data-row={id}
        aria-current={current ? "page" : undefined}
        title={title}
        {...longPress}
        {...drag}
        onClick={(event) => {
          longPress.onClick(event);
          if (event.defaultPrevented || !event.shiftKey) return;
          event.preventDefault();
          onToggle(id, true);
        }}
        className="flex h-9 items-center gap-2 rounded-lg px-2.5 text-sm outline-offset-[-2px] [-webkit-touch-callout:none] group-hover:bg-hover aria-[current]:bg-hover aria-[current]:font-medium [@media(hover:none)]:aria-[current]:pe-12"
      >
        <span dir="auto" className="min-w-0 flex-1 truncate text-start">
          {title}
        </span>
        <ActivityMark id={id} isWaiting={conversation.waiting === true} />
      </Link>
      {/* Over the end of the title, which has the whole row otherwise. On touch screens only the open row shows it. */}
      <span
        ref={menuButton}
        className={`absolute end-0.5 top-0.5 pointer-coarse:top-0 rounded-lg bg-hover opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 has-[[data-popup-open]]:opacity-100 [@media(hover:none)]:not-has-[[data-popup-open]]:pointer-events-none ${current ? "[@media(hover:none)]:pointer-events-auto! [@media(hover:none)]:opacity-100" : ""}`}
      >
        <Menu
          align="start"
          trigger={
            <IconButton label={t("conversations.actionsFor", { title })}>
              <Ellipsis aria-hidden className="icon" />
            </IconButton>
          }
        >
          <OrganizeItems
            conversation={conversation}
            actions={actions}
            onRename={() => setRenaming(true)}
            onMove={() => setMoving(true)}
          />
          <MenuItem icon={<ListChecks aria-hidden className="icon" />} onClick={() => onToggle(id, false)}>
            {t("conversations.select")}
          </MenuItem>
          <DeleteItem onDelete={() => void actions.delete([id])} />
        </Menu>
      </span>
      {moving && (
        <MoveToProject
          projectId={conversation.project_id ?? null}
          onMove={(project) => void actions.moveTo([id], project)}
          onClose={() => setMoving(false)}
        />
      )}
    </li>
  );
});

/** Marks a conversation whose reply is running, waits for the user, or was not read. */
function ActivityMark({ id, isWaiting }: { id: string; isWaiting: boolean }) {
  const { t } = useTranslation();
  const activity = useActivityMark(id);
  const mark = activity !== "running" && isWaiting ? "waiting" : activity;
  if (mark === null) return null;
  return (
    <span className="flex-none">
      {mark === "running" ? (
        <Spinner className="text-muted" />
      ) : mark === "waiting" ? (
        <Hourglass aria-hidden className="icon text-accent" />
      ) : (
        <span aria-hidden className="block size-2 rounded-full bg-accent" />
      )}
      <span className="sr-only">{t(`conversations.${mark}`)}</span>
    </span>
  );
}

/** Time in ms until a touch is a long press. */
const LONG_PRESS_MS = 450;

/** Handlers of a link, on which a long press opens the menu whose button is in `menu`. */
function useLongPress(menu: RefObject<HTMLElement | null>) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const opened = useRef(false);
  const end = () => clearTimeout(timer.current);
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    onPointerDown: ({ pointerType }: PointerEvent) => {
      opened.current = false;
      if (pointerType !== "touch") return;
      timer.current = setTimeout(() => {
        opened.current = true;
        menu.current?.querySelector("button")?.click();
      }, LONG_PRESS_MS);
    },
    // The browser takes the pointer away when a scroll begins.
    onPointerUp: end,
    onPointerCancel: end,
    onPointerLeave: end,
    onContextMenu: (event: { preventDefault: () => void }) => {
      if (opened.current) event.preventDefault();
    },
    onClick: (event: { preventDefault: () => void }) => {
      if (opened.current) event.preventDefault();
    },
  };
}
