import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, type RefObject, useState } from "react";
import { useTranslation } from "@/i18n";
import { Button, IconButton } from "./Button";
import { ErrorNotice } from "./ErrorNotice";
import { useLayer } from "./layers";

const WIDTHS = { small: "max-w-md", medium: "max-w-xl", large: "max-w-4xl" } as const;

/**
 * A modal dialog: traps the focus, closes on Escape and by a press beside it, unless text was typed in it, and restores
 * the focus. `initialFocus`: the element that gets it first; one with `autoFocus` gets it too early, and it is not
 * restored. `keepOpen`: only its own buttons close it.
 */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  size = "small",
  initialFocus,
  keepOpen = false,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string;
  children: ReactNode;
  size?: keyof typeof WIDTHS;
  initialFocus?: RefObject<HTMLElement | null>;
  keepOpen?: boolean;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(false);
  if (typed && !open) setTyped(false);
  useLayer(open, () => keepOpen || onClose());
  return (
    <BaseDialog.Root
      open={open}
      disablePointerDismissal={typed}
      onOpenChange={(next, details) => {
        if (keepOpen) details.cancel();
        else if (!next) onClose();
      }}
    >
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <BaseDialog.Viewport className="fixed inset-0 z-50 grid grid-cols-1 place-items-center overflow-y-auto p-4">
          <BaseDialog.Popup
            {...(initialFocus && { initialFocus })}
            onChange={({ target }) => {
              if (target.matches("textarea, input:not([type=checkbox], [type=search])")) setTyped(true);
            }}
            className={`w-full rounded-2xl bg-raised p-5 shadow-raised transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0 ${WIDTHS[size]}`}
          >
            <div className="mb-3 flex items-start gap-3">
              <BaseDialog.Title className="min-w-0 flex-1 text-base font-semibold">{title}</BaseDialog.Title>
              <IconButton label={t("action.close")} onClick={onClose} className="-my-1 -me-1.5">
                <X aria-hidden className="icon" />
              </IconButton>
            </div>
            {description && (
              <BaseDialog.Description className="mb-4 text-sm text-muted">
                {description}
              </BaseDialog.Description>
            )}
            {children}
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

/** Confirmation of an action that cannot be undone. */
export function ConfirmDialog({
  open,
  title,
  description,
  confirmLabel,
  busy = false,
  error,
  onConfirm,
  onClose,
}: {
  open: boolean;
  title: string;
  description: string;
  confirmLabel: string;
  busy?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={title} description={description}>
      <ErrorNotice error={error} />
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button variant="danger" busy={busy} onClick={onConfirm}>
          {confirmLabel}
        </Button>
      </div>
    </Dialog>
  );
}
