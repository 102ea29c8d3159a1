import { useSyncExternalStore } from "react";

const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  systemIsDark.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    systemIsDark.removeEventListener("change", listener);
  };
}

/** Whether the interface is dark now: by choice, or by the system where that is followed. */
function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === undefined ? systemIsDark.matches : theme === "dark";
}

export function useDarkTheme(): boolean {
  return useSyncExternalStore(subscribe, isDark);
}
