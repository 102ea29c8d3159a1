import { Archive, ArrowLeft, Hourglass, ListChecks, Search, Trash2, X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useMatch } from "react-router";
import { Button, IconButton } from "@/components/Button";
import { lazyPart } from "@/components/lazy-part";
import { useSearchField } from "@/components/useSearchField";
import { useTranslation } from "@/i18n";
import { useConversationActions } from "./actions";
import { ConversationRows } from "./ConversationRows";
import { groupConversations } from "./groups";
import { ListEnd, ListStatus } from "./ListStatus";
import { ACTIVE, ARCHIVED, useConversationList, WAITING } from "./queries";
import { handleSelectionKey, rowsOf, useSelection } from "./selection";
import { useToday } from "./useToday";

const BinList = lazyPart(async () => (await import("./BinList")).BinList);
const SearchResults = lazyPart(async () => (await import("./SearchResults")).SearchResults);
const SelectionBar = lazyPart(async () => (await import("./SelectionBar")).SelectionBar);

type View = "active" | "archived" | "waiting" | "bin";

const TITLES = {
  archived: "conversations.showArchived",
  waiting: "conversations.waiting",
  bin: "conversations.bin",
} as const;

/** The sidebar's lists: conversations by day, archived ones, those that wait for the user, the bin, and the results of
 * the search. */
export function ConversationList() {
  const { t } = useTranslation();
  const [view, setView] = useState<View>("active");
  const { text: search, setText: setSearch, query: q, searchNow, field: searchField } = useSearchField();
  /** Whether Enter was pressed on this text: its first result opens as soon as it is there. */
  const [opensFirst, setOpensFirst] = useState(false);
  const nav = useRef<HTMLElement>(null);
  const field = useRef<HTMLInputElement>(null);

  const onSearchKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && search) {
      // The key belongs to the search: it neither stops a reply nor closes the drawer.
      event.stopPropagation();
      setSearch("");
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      rowsOf(nav.current)[0]?.focus();
    } else if (event.key === "Enter" && search) {
      event.preventDefault();
      searchNow();
      setOpensFirst(true);
    }
  };
  /** Arrow keys move between the rows of the list, and back to the search. */
  const onListKeyDown = (event: KeyboardEvent) => {
    const all = rowsOf(nav.current);
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    if (event.key === "Escape" && search) {
      event.stopPropagation();
      field.current?.focus();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0) field.current?.focus();
    else all[next]?.focus();
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="px-3 pb-2">
        <div className="relative">
          <Search
            aria-hidden
            className="icon pointer-events-none absolute start-2.5 top-1/2 -translate-y-1/2 text-muted"
          />
          <input
            ref={field}
            id="conversation-search"
            type="search"
            dir="auto"
            {...searchField}
            onChange={(event) => {
              setOpensFirst(false);
              searchField.onChange(event);
            }}
            onKeyDown={onSearchKeyDown}
            placeholder={t("conversations.search")}
            aria-label={t("conversations.search")}
            className="h-9 w-full rounded-lg bg-hover ps-9 pe-8 text-base outline-offset-0 sm:text-sm [&::-webkit-search-cancel-button]:hidden"
          />
          {search && (
            <IconButton
              label={t("conversations.clearSearch")}
              onClick={() => setSearch("")}
              className="absolute end-0.5 top-1/2 -translate-y-1/2"
            >
              <X aria-hidden className="icon" />
            </IconButton>
          )}
        </div>
      </div>
      {q && search ? (
        <nav
          ref={nav}
          aria-label={t("conversations.searchResults")}
          onKeyDown={onListKeyDown}
          className="min-h-0 flex-1 overflow-y-auto px-2 pb-3"
        >
          <SearchResults q={q} opensFirst={opensFirst} onOpen={() => setOpensFirst(false)} />
        </nav>
      ) : (
        <>
          {view !== "active" && (
            <div className="flex items-center gap-1 px-2 pb-1">
              <IconButton label={t("conversations.showActive")} onClick={() => setView("active")}>
                <ArrowLeft aria-hidden className="icon rtl:rotate-180" />
              </IconButton>
              <h2 className="text-sm font-medium">{t(TITLES[view])}</h2>
            </div>
          )}
          {view === "bin" ? (
            <BinList />
          ) : (
            <DayList key={view} view={view} navRef={nav} onKeyDown={onListKeyDown}>
              <IconButton
                label={t("conversations.showArchived")}
                aria-pressed={view === "archived"}
                onClick={() => setView(view === "archived" ? "active" : "archived")}
              >
                <Archive aria-hidden className="icon" />
              </IconButton>
              <IconButton
                label={t("conversations.waiting")}
                aria-pressed={view === "waiting"}
                onClick={() => setView(view === "waiting" ? "active" : "waiting")}
              >
                <Hourglass aria-hidden className="icon" />
              </IconButton>
              <IconButton label={t("conversations.bin")} onClick={() => setView("bin")}>
                <Trash2 aria-hidden className="icon" />
              </IconButton>
            </DayList>
          )}
        </>
      )}
    </div>
  );
}

const LISTS = {
  active: { filter: ACTIVE, empty: "conversations.empty" },
  archived: { filter: ARCHIVED, empty: "conversations.emptyArchive" },
  waiting: { filter: WAITING, empty: "conversations.emptyWaiting" },
} as const;

/** A list by day, of which several can be selected. `children`: buttons below it. */
function DayList({
  view,
  navRef,
  onKeyDown,
  children,
}: {
  view: Exclude<View, "bin">;
  navRef: React.RefObject<HTMLElement | null>;
  onKeyDown: (event: KeyboardEvent) => void;
  children: React.ReactNode;
}) {
  const { t } = useTranslation();
  const openId = useMatch("/c/:id")?.params.id ?? null;
  const actions = useConversationActions();
  const today = useToday();
  const { filter, empty } = LISTS[view];
  const list = useConversationList(filter);
  const conversations = list.data ?? [];
  const groups = groupConversations(conversations, today);
  const ids = groups.flatMap(({ items }) => items.map(({ id }) => id));
  const selection = useSelection(ids, openId, navRef);

  return (
    <>
      <nav
        ref={navRef}
        aria-label={t("conversations.title")}
        onKeyDown={(event) => {
          if (!handleSelectionKey(event, selection, ids, navRef.current)) onKeyDown(event);
        }}
        className="min-h-0 flex-1 overflow-y-auto px-2 pb-3"
      >
        <ListStatus list={list} emptyText={t(empty)} />
        {groups.map(({ name, items }) => (
          <section key={name} aria-label={t(`conversations.${name}`)} className="mb-3">
            <h2 className="px-2.5 py-1.5 text-xs font-medium text-muted">{t(`conversations.${name}`)}</h2>
            <ConversationRows conversations={items} openId={openId} selection={selection} actions={actions} />
          </section>
        ))}
        <ListEnd list={list} />
      </nav>
      <div className="border-t border-line px-2 py-1.5">
        {selection.ids ? (
          <SelectionBar selection={selection} filter={filter} list={list} actions={actions} />
        ) : (
          <div className="flex items-center gap-1">
            {children}
            <Button
              variant="quiet"
              className="ms-auto h-8 px-2.5 font-normal text-muted"
              disabled={conversations.length === 0}
              onClick={() => selection.set([])}
            >
              <ListChecks aria-hidden className="icon" />
              {t("conversations.select")}
            </Button>
          </div>
        )}
      </div>
    </>
  );
}
