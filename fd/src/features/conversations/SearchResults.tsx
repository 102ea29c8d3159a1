import { useEffect, useState } from "react";
import { Link, useMatch, useNavigate } from "react-router";
import type { Conversation } from "@/api/types";
import { useTranslation } from "@/i18n";
import { ListEnd, ListStatus } from "./ListStatus";
import { UNARCHIVED, useConversationList } from "./queries";
import { splitByRanges } from "./snippets";

/**
 * The conversations in which all words of the search occur, with snippets that lead to their messages. `opensFirst`: the
 * first one is opened once they are loaded; `onOpen` is then called, also where there is none.
 */
export function SearchResults({
  q,
  opensFirst = false,
  onOpen,
}: {
  q: string;
  opensFirst?: boolean;
  onOpen?: () => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const openId = useMatch("/c/:id")?.params.id ?? null;
  const [withArchived, setWithArchived] = useState(false);
  const list = useConversationList({ ...UNARCHIVED, q, archived: withArchived ? "any" : false });
  const { data } = list;
  useEffect(() => {
    if (!opensFirst || !data) return;
    onOpen?.();
    if (data[0]) void navigate(`/c/${data[0].id}`);
  }, [opensFirst, data, onOpen, navigate]);
  return (
    <>
      <label className="flex cursor-pointer items-center gap-2 px-2.5 pb-2 text-xs text-muted">
        <input
          type="checkbox"
          checked={withArchived}
          onChange={({ target }) => setWithArchived(target.checked)}
          className="size-4 accent-accent"
        />
        {t("conversations.searchArchived")}
      </label>
      <ListStatus list={list} emptyText={t("conversations.noMatch")} />
      <ul className="flex flex-col gap-2">
        {list.data?.map((conversation) => (
          <Result
            key={conversation.id}
            conversation={conversation}
            current={conversation.id === openId}
            q={q}
          />
        ))}
      </ul>
      <ListEnd list={list} />
    </>
  );
}

function Result({ conversation, current, q }: { conversation: Conversation; current: boolean; q: string }) {
  const { t } = useTranslation();
  const { id, title, archived, matches = [] } = conversation;
  return (
    <li className="flex flex-col">
      <Link
        to={`/c/${id}`}
        aria-current={current ? "page" : undefined}
        className="flex min-h-8 items-center gap-2 rounded-lg px-2.5 py-1 text-sm font-medium outline-offset-[-2px] hover:bg-hover aria-[current]:bg-hover"
      >
        <span dir="auto" className="min-w-0 flex-1 truncate text-start">
          {title || t("conversations.untitled")}
        </span>
        {archived && (
          <span className="flex-none text-xs font-normal text-muted">{t("conversations.archivedMark")}</span>
        )}
      </Link>
      {matches.map(({ message_id, snippet, ranges }) => (
        <Link
          key={message_id}
          to={`/c/${id}?${new URLSearchParams({ message: message_id, q })}`}
          dir="auto"
          className="line-clamp-2 rounded-lg px-2.5 py-1 text-start text-xs wrap-anywhere text-muted outline-offset-[-2px] hover:bg-hover hover:text-ink"
        >
          {splitByRanges(snippet, ranges).map(({ text, marked, start }) =>
            marked ? (
              <mark key={start} className="rounded-sm bg-found font-medium text-ink">
                {text}
              </mark>
            ) : (
              text
            ),
          )}
        </Link>
      ))}
    </li>
  );
}
