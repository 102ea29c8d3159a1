import type { ReactNode } from "react";
import { Link, useSearchParams } from "react-router";
import { Logo } from "@/components/Logo";
import { chooseLanguage, LANGUAGES, useTranslation } from "@/i18n";

/** The frame of the log-in and registration pages. */
export function AuthPage({
  title,
  children,
  question,
  linkText,
  linkTo,
}: {
  title: string;
  children: ReactNode;
  /** Before the link. */
  question?: string;
  /** Without both, or empty: no link. */
  linkText?: string;
  linkTo?: string;
}) {
  const { language } = useTranslation();
  const [parameters] = useSearchParams();
  const search = parameters.toString();
  return (
    <main className="flex h-full flex-col overflow-y-auto px-5 py-8">
      {/* From the top: what loads later below the form moves none of its fields. */}
      <div className="mx-auto mt-[12vh] mb-auto flex w-full max-w-sm flex-col gap-6">
        <div className="flex flex-col items-center gap-3">
          <Logo size={44} />
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        </div>
        {children}
        {linkText && linkTo && (
          <p className="text-center text-sm text-muted">
            {question}{" "}
            <Link
              className="font-medium text-accent underline-offset-4 hover:underline"
              to={{ pathname: linkTo, search }}
            >
              {linkText}
            </Link>
          </p>
        )}
      </div>
      <div className="mt-8 flex flex-wrap justify-center gap-1 text-sm">
        {LANGUAGES.map(({ code, name }) => (
          <button
            key={code}
            type="button"
            lang={code}
            aria-pressed={language === code}
            onClick={() => void chooseLanguage(code)}
            className="rounded-md px-2 py-1 text-muted hover:text-ink aria-pressed:font-medium aria-pressed:text-ink"
          >
            {name}
          </button>
        ))}
      </div>
    </main>
  );
}
