import { MessageSquarePlus } from "lucide-react";
import { useEffect } from "react";
import { continuePath } from "@/api/shared-links";
import { Logo } from "@/components/Logo";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";
import { ProblemNotice } from "./ProblemNotice";
import { SharedMessages } from "./SharedMessages";
import { useShare } from "./useShare";

/** The page behind a share link: a read-only copy of a chat, for anybody who has the link. */
export function SharedPage() {
  const { t, language } = useTranslation();
  const result = useShare();
  const shared = result.state === "loaded" ? result.share : null;
  const title = shared?.document.title || t("sharedPage.untitled");
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title, t]);
  return (
    <div className="flex h-full flex-col overflow-y-auto">
      <header className="sticky top-0 z-10 flex h-14 shrink-0 items-center gap-2 border-b border-line bg-canvas px-4">
        <Logo size={24} />
        <span className="truncate font-semibold tracking-tight">{t("app.name")}</span>
        {shared && (
          <a
            href={continuePath(result.id, result.shareKey)}
            className="ms-auto inline-flex h-9 shrink-0 items-center gap-2 rounded-lg bg-accent px-3.5 text-sm font-medium text-on-accent hover:opacity-90"
          >
            <MessageSquarePlus aria-hidden className="icon" />
            {t("sharedPage.continue")}
          </a>
        )}
      </header>
      {result.state === "failed" ? (
        <main className="flex flex-1">
          <ProblemNotice problem={result.problem} onRetry={result.reload} />
        </main>
      ) : (
        <main data-printed className="column w-full py-6">
          {shared ? (
            <>
              <h1 dir="auto" className="text-xl font-semibold tracking-tight break-words">
                {title}
              </h1>
              <p className="mt-1 mb-8 text-sm text-muted">
                {t("sharedPage.copyOf", {
                  date: new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(
                    new Date(shared.document.sharedAt),
                  ),
                })}
              </p>
              <SharedMessages messages={shared.document.messages} imageUrl={shared.imageUrl} />
            </>
          ) : (
            <div aria-busy className="flex flex-col gap-4">
              <span className="sr-only">{t("sharedPage.loading")}</span>
              {["w-1/2", "w-11/12", "w-4/5", "w-full", "w-3/4"].map((width) => (
                <Skeleton key={width} className={`h-5 ${width}`} />
              ))}
            </div>
          )}
        </main>
      )}
    </div>
  );
}
