import { Globe, ImageOff } from "lucide-react";
import type { Source, Usage } from "@/api/types";
import { useSecondsUntil } from "@/components/RetryTime";
import { useTranslation } from "@/i18n";
import type { ProviderWait } from "./conversation-state";

/** A line above the first message of the model's context. */
export function ContextStart() {
  const { t } = useTranslation();
  return (
    <p className="mb-6 flex items-center gap-3 text-center text-xs text-muted">
      <span aria-hidden className="h-px min-w-4 flex-1 bg-line" />
      {t("chat.contextStart")}
      <span aria-hidden className="h-px min-w-4 flex-1 bg-line" />
    </p>
  );
}

/** A busy provider, with the countdown to the retry. */
export function ProviderWaiting({ wait }: { wait: ProviderWait }) {
  const { t } = useTranslation();
  const seconds = useSecondsUntil(wait.until);
  const status = wait.status ?? t("chat.providerUnreachable");
  return (
    <div className="text-sm text-muted">
      <p role="status" className="sr-only">
        {t("chat.providerWait", { status })}
      </p>
      {/* Hidden from screen readers, which would announce the countdown every second. */}
      <p aria-hidden>
        {seconds > 0 ? t("chat.providerWaitFor", { status, seconds }) : t("chat.providerWait", { status })}
      </p>
    </div>
  );
}

const WEB_ADDRESS = /^https?:/i;

/** Numbered sources from the provider's search. */
export function Sources({ sources }: { sources: readonly Source[] }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("chat.sources")} className="text-sm">
      <div className="flex items-center gap-1.5 text-muted">
        <Globe aria-hidden className="icon" />
        {t("chat.sources")}
      </div>
      <ol className="mt-1 flex flex-col gap-0.5">
        {sources.map(({ n, title, url }) => (
          <li key={n} value={n} className="flex min-w-0 items-baseline gap-2">
            <span aria-hidden className="min-w-5 flex-none text-end text-xs text-muted tabular-nums">
              {n}
            </span>
            {WEB_ADDRESS.test(url) ? (
              <a
                dir="auto"
                href={url}
                target="_blank"
                rel="noopener noreferrer nofollow"
                className="truncate text-accent underline-offset-2 hover:underline"
              >
                {title || hostOf(url)}
              </a>
            ) : (
              <span dir="auto" className="truncate">
                {title || url}
              </span>
            )}
            {title && <span className="flex-none text-xs text-muted max-sm:hidden">{hostOf(url)}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host.replace(/^www\./, "") : "";
}

/** A notice that images of earlier messages were not sent, because the model does not support images. */
export function ImagesOmitted() {
  const { t } = useTranslation();
  return (
    <p className="flex items-start gap-1.5 text-sm text-muted">
      <ImageOff aria-hidden className="icon mt-px" />
      {t("chat.imagesOmitted")}
    </p>
  );
}

/** The model of a reply, and its token counts. */
export function TokenCounts({ model, usage }: { model: string | null; usage: Usage | null }) {
  const { t } = useTranslation();
  const words = model === null ? [] : [model];
  if (usage) {
    const { prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens } = usage;
    const given = t("chat.tokensIn", { count: prompt_tokens });
    const made = t("chat.tokensOut", { count: completion_tokens });
    const cached = cached_tokens && t("chat.tokensCached", { count: cached_tokens });
    const reasoning = reasoning_tokens && t("chat.tokensReasoning", { count: reasoning_tokens });
    words.push(
      cached ? t("chat.tokensOf", { tokens: given, part: cached }) : given,
      reasoning ? t("chat.tokensOf", { tokens: made, part: reasoning }) : made,
    );
  }
  const line = words.join(" · ");
  return (
    <span title={line} className="ms-2 truncate text-xs text-muted">
      {line}
    </span>
  );
}
