import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "@/i18n";
import { Button, IconButton } from "./Button";
import { closeToast, runToastAction, type Toast, useToasts } from "./toasts";

/** Time in ms until a toast closes by itself, unless it is pointed at or focused. */
const DURATION_MS = 8000;

/** The toasts, in a live region. F6 moves the focus to the newest one. */
export function Toasts() {
  const { t } = useTranslation();
  const toasts = useToasts();
  const region = useRef<HTMLElement>(null);
  const [paused, setPaused] = useState(false);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "F6" || event.defaultPrevented) return;
      const button = [...(region.current?.querySelectorAll("li") ?? [])].at(-1)?.querySelector("button");
      if (!button) return;
      event.preventDefault();
      button.focus();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);

  const leave = () => {
    // The removed button must not leave the focus nowhere.
    if (region.current?.contains(document.activeElement)) document.getElementById("main")?.focus();
    setPaused(false);
  };

  return (
    <section
      ref={region}
      aria-label={t("toasts.title")}
      onPointerEnter={() => setPaused(true)}
      onPointerLeave={() => setPaused(false)}
      onFocus={() => setPaused(true)}
      onBlur={() => setPaused(false)}
      className="pointer-events-none fixed inset-x-0 top-16 z-50 pr-[max(0.75rem,env(safe-area-inset-right))] pl-[max(0.75rem,env(safe-area-inset-left))] print:hidden"
    >
      <div role="status">
        <ul className="flex flex-col items-center gap-2">
          {toasts.map((toast) => (
            <ToastItem key={toast.id} toast={toast} paused={paused} onLeave={leave} />
          ))}
        </ul>
      </div>
    </section>
  );
}

function ToastItem({ toast, paused, onLeave }: { toast: Toast; paused: boolean; onLeave: () => void }) {
  const { t } = useTranslation();
  const { id, text, action } = toast;
  useEffect(() => {
    if (paused) return;
    const timer = setTimeout(() => void closeToast(id), DURATION_MS);
    return () => clearTimeout(timer);
  }, [id, paused]);
  return (
    <li className="pointer-events-auto flex max-w-full items-center gap-1 rounded-xl bg-raised py-1.5 ps-4 pe-1.5 text-sm shadow-raised">
      <span dir="auto" className="min-w-0 wrap-anywhere">
        {text}
      </span>
      {action && (
        <Button
          variant="quiet"
          className="h-8 px-2.5 text-accent"
          onClick={() => {
            onLeave();
            runToastAction(id);
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton
        label={t("action.close")}
        onClick={() => {
          onLeave();
          void closeToast(id);
        }}
      >
        <X aria-hidden className="icon" />
      </IconButton>
    </li>
  );
}
