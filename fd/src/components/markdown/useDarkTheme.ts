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

/** Whether the theme is dark, by the user's choice or the system's setting. */
function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === undefined ? systemIsDark.matches : theme === "dark";
}

export function useDarkTheme(): boolean {
  return useSyncExternalStore(subscribe, isDark);
}
