// How this browser shows the product. Kept in storage, so that every tab has the same.
import { create } from "zustand";
import { createJSONStorage, persist } from "zustand/middleware";
import { PREFERENCES_KEY } from "@/storage-keys";

export type Theme = "system" | "light" | "dark";
/** What sends a message: Enter, or Ctrl/Cmd with Enter. */
export type SendKey = "enter" | "mod-enter";

/** How replies come from the backend. */
export type Transport = "sse" | "websocket";

export interface Preferences {
  theme: Theme;
  sendKey: SendKey;
  transport: Transport;
  /** What a new conversation begins with; null is the server's default model. */
  modelConfigId: string | null;
  sidebarOpen: boolean;
}

export const usePreferences = create<Preferences>()(
  persist(
    (): Preferences => ({
      theme: "system",
      sendKey: "enter",
      transport: "sse",
      modelConfigId: null,
      sidebarOpen: true,
    }),
    {
      name: PREFERENCES_KEY,
      version: 1,
      storage: createJSONStorage(() => localStorage),
    },
  ),
);

/** Applies the theme now and whenever it changes, here or in another tab. */
export function startTheme(): void {
  const apply = ({ theme }: Preferences) => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  apply(usePreferences.getState());
  usePreferences.subscribe(apply);
  window.addEventListener("storage", (event) => {
    if (event.key === PREFERENCES_KEY) void usePreferences.persist.rehydrate();
  });
}
