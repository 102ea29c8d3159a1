import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Conversation } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { Spinner } from "@/components/Spinner";
import { whenNear } from "@/components/when-near";
import { useTranslation } from "@/i18n";

type List = UseInfiniteQueryResult<Conversation[] | InfiniteData<Conversation[]>>;

/** The state of a list that is loading, failed or is empty (`emptyText`). */
export function ListStatus({ list, emptyText }: { list: List; emptyText: string }) {
  const { t } = useTranslation();
  const isEmpty = !Array.isArray(list.data) || list.data.length === 0;
  if (list.isPending) return <ListSkeleton />;
  if (list.isError && isEmpty)
    return (
      <div className="p-1">
        <ErrorNotice error={list.error}>
          <Button onClick={() => void list.refetch()}>{t("action.retry")}</Button>
        </ErrorNotice>
      </div>
    );
  return isEmpty ? <p className="px-2.5 py-3 text-sm text-muted">{emptyText}</p> : null;
}

/** Distance from the screen, in px, at which the next page is loaded. */
const NEAR_PX = 600;

/** The end of a list, which loads the next page when it comes near the screen. */
export function ListEnd({ list }: { list: List }) {
  const { t } = useTranslation();
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  useEffect(() => {
    const target = end.current;
    if (!target || !hasNextPage || isFetchingNextPage || isFetchNextPageError) return;
    return whenNear(target, NEAR_PX, () => void fetchNextPage());
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  return (
    <div ref={end} className="grid place-items-center">
      {isFetchingNextPage && <Spinner className="my-2 text-muted" />}
      {isFetchNextPageError && (
        <Button variant="quiet" onClick={() => void fetchNextPage()}>
          {t("conversations.loadMore")}
        </Button>
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
