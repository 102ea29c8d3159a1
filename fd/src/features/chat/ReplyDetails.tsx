import { Globe, ImageOff, Info } from "lucide-react";
import { Fragment, useId, useState } from "react";
import type { Source } from "@/api/types";
import { IconButton } from "@/components/Button";
import { useSecondsUntil } from "@/components/RetryTime";
import { useTranslation } from "@/i18n";
import type { ChatMessage, ProviderWait } from "./conversation-state";

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

/** The tools that were not offered, in the words of the server. */
export function ToolProblems({ problems }: { problems: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <div className="text-sm text-muted">
      <p>{t("steps.problems")}</p>
      <ul lang="en" className="list-disc ps-5">
        {problems.map((problem) => (
          <li key={problem} dir="auto">
            {problem}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A button that opens a popover with a reply's model, time and token counts. */
export function DetailsPopover({ message }: { message: ChatMessage }) {
  const { t } = useTranslation();
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton label={t("chat.details")} popoverTarget={id}>
        <Info aria-hidden className="icon" />
      </IconButton>
      <div
        id={id}
        popover="auto"
        role="dialog"
        aria-label={t("chat.details")}
        onBeforeToggle={({ newState }) => setOpen(newState === "open")}
        className="popover rounded-xl bg-raised p-3.5 text-sm text-ink shadow-raised"
      >
        {open && <Details message={message} />}
      </div>
    </>
  );
}

function Details({ message: { model, usage, createdAt } }: { message: ChatMessage }) {
  const { t, language } = useTranslation();
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const rows: [string, string][] = [[t("chat.time"), time.format(new Date(createdAt))]];
  if (model !== null) rows.unshift([t("chat.model"), model]);
  if (usage) {
    const number = new Intl.NumberFormat(language);
    const { prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens } = usage;
    const withPart = (count: number, part: string | false) =>
      part ? t("chat.tokensOf", { tokens: number.format(count), part }) : number.format(count);
    const cached = !!cached_tokens && t("chat.tokensCached", { tokens: number.format(cached_tokens) });
    const reasoning =
      !!reasoning_tokens && t("chat.tokensReasoning", { tokens: number.format(reasoning_tokens) });
    rows.push(
      [t("chat.tokensIn"), withPart(prompt_tokens, cached)],
      [t("chat.tokensOut"), withPart(completion_tokens, reasoning)],
    );
  }
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
      {rows.map(([name, value]) => (
        <Fragment key={name}>
          <dt className="text-muted">{name}</dt>
          <dd dir="auto" className="text-end break-all tabular-nums">
            {value}
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
