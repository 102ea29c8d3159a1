// Offline support: registers the service worker, and detects whether there is a network.
import { useSyncExternalStore } from "react";

/** Caches the application's files for offline use, when the page is idle. */
export function keepForOffline(): void {
  // Not in development, where modules are served individually and change.
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const register = () => {
    // Registration can fail, for example in a private window; the application then works online only.
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
