import { Archive, ArrowLeft, ListChecks, Search, X } from "lucide-react";
import { useCallback, useDeferredValue, useEffect, useRef, useState } from "react";
import { useMatch, useNavigate } from "react-router";
import { Button, IconButton } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { lazyPart } from "@/components/lazy-part";
import { Skeleton } from "@/components/Skeleton";
import { Spinner } from "@/components/Spinner";
import { useTranslation } from "@/i18n";
import { ConversationItem } from "./ConversationItem";
import { groupConversations } from "./groups";
import { useConversationList, useDeleteConversations } from "./queries";

const ConfirmDialog = lazyPart(async () => (await import("@/components/Dialog")).ConfirmDialog);

/** The sidebar's list: search, groups by day, infinite scrolling, and multiple selection for deletion. */
export function ConversationList() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const openId = useMatch("/c/:id")?.params.id ?? null;
  const [search, setSearch] = useState("");
  const [archived, setArchived] = useState(false);
  const [selection, setSelection] = useState<ReadonlySet<string> | null>(null);
  const [deleting, setDeleting] = useState<readonly string[] | null>(null);
  const q = useDebounced(useDeferredValue(search.trim()), 200);
  const list = useConversationList({ q, archived });
  const remove = useDeleteConversations();
  const conversations = list.data ?? [];
  const groups = groupConversations(conversations, new Date());

  const endOfList = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    const target = endOfList.current;
    if (!target || !hasNextPage || isFetchingNextPage) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void fetchNextPage();
      },
      { rootMargin: "600px" },
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const toggle = useCallback((id: string) => {
    setSelection((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const askToDelete = useCallback((id: string) => setDeleting([id]), []);

  const confirmDelete = () => {
    if (!deleting) return;
    remove.mutate(deleting, {
      onSuccess: () => {
        if (openId && deleting.includes(openId)) void navigate("/");
        setDeleting(null);
        setSelection(null);
      },
    });
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
            id="conversation-search"
            type="search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
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

      <nav aria-label={t("conversations.title")} className="min-h-0 flex-1 overflow-y-auto px-2 pb-3">
        {archived && (
          <div className="flex items-center gap-1 pb-1">
            <IconButton label={t("conversations.showActive")} onClick={() => setArchived(false)}>
              <ArrowLeft aria-hidden className="icon" />
            </IconButton>
            <span className="text-sm font-medium">{t("conversations.showArchived")}</span>
          </div>
        )}
        {list.isPending && <ListSkeleton />}
        {list.isError && conversations.length === 0 && (
          <div className="p-1">
            <ErrorNotice error={list.error}>
              <Button onClick={() => void list.refetch()}>{t("action.retry")}</Button>
            </ErrorNotice>
          </div>
        )}
        {list.isSuccess && conversations.length === 0 && (
          <p className="px-2.5 py-3 text-sm text-muted">
            {q
              ? t("conversations.noMatch")
              : archived
                ? t("conversations.emptyArchive")
                : t("conversations.empty")}
          </p>
        )}
        {groups.map(({ name, items }) => (
          <section key={name} aria-label={t(`conversations.${name}`)} className="mb-3">
            <h2 className="px-2.5 py-1.5 text-xs font-medium text-muted">{t(`conversations.${name}`)}</h2>
            <ul className="flex flex-col gap-px">
              {items.map((conversation) => (
                <ConversationItem
                  key={conversation.id}
                  conversation={conversation}
                  current={conversation.id === openId}
                  selected={selection ? selection.has(conversation.id) : null}
                  onToggle={toggle}
                  onDelete={askToDelete}
                />
              ))}
            </ul>
          </section>
        ))}
        <div ref={endOfList} className="grid place-items-center">
          {isFetchingNextPage && <Spinner className="my-2 text-muted" />}
          {list.isFetchNextPageError && (
            <Button variant="quiet" onClick={() => void fetchNextPage()}>
              {t("conversations.loadMore")}
            </Button>
          )}
        </div>
      </nav>

      <div className="flex items-center gap-1 border-t border-line px-2 py-1.5">
        {selection ? (
          <>
            <span role="status" className="min-w-0 flex-1 truncate px-2 text-sm">
              {t("conversations.selected", { count: selection.size })}
            </span>
            <Button
              variant="danger"
              className="h-8"
              disabled={selection.size === 0}
              onClick={() => setDeleting([...selection])}
            >
              {t("action.delete")}
            </Button>
            <IconButton label={t("action.cancel")} onClick={() => setSelection(null)}>
              <X aria-hidden className="icon" />
            </IconButton>
          </>
        ) : (
          <>
            <Button
              variant="quiet"
              className="h-8 px-2.5 font-normal text-muted"
              onClick={() => setArchived(!archived)}
            >
              <Archive aria-hidden className="icon" />
              {archived ? t("conversations.showActive") : t("conversations.showArchived")}
            </Button>
            <Button
              variant="quiet"
              className="ms-auto h-8 px-2.5 font-normal text-muted"
              disabled={conversations.length === 0}
              onClick={() => setSelection(new Set())}
            >
              <ListChecks aria-hidden className="icon" />
              {t("conversations.select")}
            </Button>
          </>
        )}
      </div>

      {deleting && (
        <ConfirmDialog
          open
          title={
            deleting.length === 1
              ? t("conversations.deleteOne")
              : t("conversations.deleteMany", { count: deleting.length })
          }
          description={t("conversations.deleteHint")}
          confirmLabel={t("action.delete")}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={confirmDelete}
          onClose={() => {
            setDeleting(null);
            remove.reset();
          }}
        />
      )}
    </div>
  );
}

function ListSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("app.loading")} className="flex flex-col gap-3 px-2.5 py-3">
      {["w-4/5", "w-3/5", "w-11/12", "w-2/3", "w-3/4"].map((width) => (
        <Skeleton key={width} className={`h-5 ${width}`} />
      ))}
    </div>
  );
}

/** Debounce: the value, once it has not changed for `delay` ms. */
function useDebounced<T>(value: T, delay: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return settled;
}
