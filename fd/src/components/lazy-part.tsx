// Parts of the page whose script is loaded when they are shown. One that fails to load or to render does not take down the
// rest of the page.
import { Component, type ComponentType, lazy, type ReactNode, Suspense, useEffect } from "react";
import { takeOverComposer } from "@/first-paint/handover";
import { useTranslation } from "@/i18n";
import { Button } from "./Button";

/**
 * A component that loads its implementation when it is first rendered; nothing is shown until then. If that fails, for
 * example because a deployment removed the file, a notice with a retry is shown instead, and a new build is loaded by one
 * reload of the page.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const start = () => lazy(async () => ({ default: await load() }));
  let Part = start();
  const render = (props: Props) => (
    <PartBoundary
      onRetry={() => {
        Part = start();
      }}
    >
      {() => (
        <Suspense>
          <Part {...props} />
        </Suspense>
      )}
    </PartBoundary>
  );
  return render;
}

/** Limits an error of rendering or loading to the children: a notice with a retry is shown in place of them. */
export class PartBoundary extends Component<
  { onRetry?: () => void; children: () => ReactNode },
  { failed: boolean }
> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidCatch() {
    void reloadIfUpdated();
  }

  override render() {
    if (!this.state.failed) return this.props.children();
    const retry = () => {
      this.props.onRetry?.();
      this.setState({ failed: false });
    };
    return <FailedPart onRetry={retry} />;
  }
}

function FailedPart({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation();
  // Over the page; its text is also in the draft.
  useEffect(() => void takeOverComposer(), []);
  return (
    <div role="alert" className="grid place-content-center justify-items-center gap-3 p-6 text-center">
      <p>{t("app.partFailed")}</p>
      <div className="flex gap-2">
        <Button variant="primary" onClick={onRetry}>
          {t("action.retry")}
        </Button>
        <Button onClick={() => window.location.reload()}>{t("app.reload")}</Button>
      </div>
    </div>
  );
}

/** The scripts of a document, whose names contain a hash of the build. */
function buildOf(page: Document): string {
  return [...page.querySelectorAll("script[src]")].map((script) => script.getAttribute("src")).join(" ");
}

let checked = false;

/**
 * Reloads the page if the server has another build than the one that runs; at most once per page, and not again after
 * the reload, when both are the same.
 */
async function reloadIfUpdated(): Promise<void> {
  if (checked) return;
  checked = true;
  try {
    const response = await fetch("./", { cache: "no-store" });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const build = buildOf(page);
    if (build !== "" && build !== buildOf(document)) window.location.reload();
  } catch {
    // Offline: the notice with the retry stays.
  }
}
