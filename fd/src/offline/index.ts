// Opening without a network, and saying so.
import { useSyncExternalStore } from "react";

/** Keeps the application for the next time it is opened, once there is nothing more urgent to load. */
export function keepForOffline(): void {
  // The development server serves modules one by one, which change.
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const register = () => {
    // Without it the application works the same, only not offline: a private window refuses it, for one.
    navigator.serviceWorker.register("./service-worker.js").catch(() => undefined);
  };
  if (document.readyState === "complete") register();
  else window.addEventListener("load", register, { once: true });
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** Whether the browser has a network at all. */
export function useOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine);
}
