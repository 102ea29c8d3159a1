import { Component, type ReactNode, useEffect } from "react";
import { Button } from "@/components/Button";
import { takeOverComposer } from "@/first-paint/handover";
import { useTranslation } from "@/i18n";

/** Fallback for rendering errors: shows a message and a reload button instead of a blank page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Crashed /> : this.props.children;
  }
}

function Crashed() {
  const { t } = useTranslation();
  // The draft is kept in storage.
  useEffect(() => void takeOverComposer(), []);
  return (
    <main
      role="alert"
      className="grid h-full place-content-center justify-items-center gap-3 p-6 text-center"
    >
      <h1 className="text-lg font-semibold">{t("app.crashed")}</h1>
      <p className="text-sm text-muted">{t("app.crashedHint")}</p>
      <Button variant="primary" onClick={() => window.location.reload()}>
        {t("app.reload")}
      </Button>
    </main>
  );
}
