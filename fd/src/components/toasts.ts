// The toasts of the application: short notices of finished actions, with an action to undo them.
import { create } from "zustand";
import { session } from "@/api/client";

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action: ToastAction | null;
  /** Called when the toast is closed without its action. */
  readonly onClosed: (() => Promise<void>) | null;
}

/** Maximum number of toasts at a time; the oldest one is removed for a new one. */
const MAX_TOASTS = 3;

export const useToasts = create<readonly Toast[]>()(() => []);

let lastId = 0;

/** Shows a toast; returns its id. */
export function showToast(
  text: string,
  action: ToastAction | null = null,
  onClosed: Toast["onClosed"] = null,
): number {
  lastId += 1;
  const toasts = [...useToasts.getState(), { id: lastId, text, action, onClosed }];
  for (const { id } of toasts.slice(0, -MAX_TOASTS)) void closeToast(id);
  useToasts.setState(toasts.slice(-MAX_TOASTS), true);
  return lastId;
}

/** Closes a toast without its action. */
export async function closeToast(id: number): Promise<void> {
  await removeToast(id)?.onClosed?.();
}

/** Closes a toast by its action, such as an undo. */
export function runToastAction(id: number): void {
  removeToast(id)?.action?.run();
}

// Without the user's session, what they have postponed can neither be done nor stay pending.
session.onUserChange(() => {
  for (const { id, onClosed } of useToasts.getState()) onClosed ? runToastAction(id) : removeToast(id);
});

/** Closes all toasts, and waits for what they have postponed. */
export async function closeToasts(): Promise<void> {
  await Promise.all(useToasts.getState().map(({ id }) => closeToast(id)));
}

function removeToast(id: number): Toast | undefined {
  const toasts = useToasts.getState();
  useToasts.setState(
    toasts.filter((toast) => toast.id !== id),
    true,
  );
  return toasts.find((toast) => toast.id === id);
}
