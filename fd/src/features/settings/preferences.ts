// User preferences of this browser, in storage, shared by all tabs.
import { create } from "zustand";
import { createJSONStorage, persist } from "zustand/middleware";
import { session } from "@/api/client";
import type { ToolChoice } from "@/api/types";
import { TOUCH_SCREEN } from "@/platform";
import { storage } from "@/storage";
import { PREFERENCES_KEY } from "@/storage-keys";

export type Theme = "system" | "light" | "dark";
/** The key that sends a message: Enter, or Ctrl/Cmd + Enter. */
export type SendKey = "enter" | "mod-enter";

/** Size of all text, as a step around the browser's own. */
export type TextSize = "small" | "normal" | "large" | "larger";

/** Transport of replies. */
export type Transport = "sse" | "websocket";

export interface Preferences {
  theme: Theme;
  textSize: TextSize;
  /** Null until the user chooses one. */
  sendKey: SendKey | null;
  transport: Transport;
  /** User id → the model config chosen last. Users without an entry have the server's default model. */
  modelConfigIds: Readonly<Record<string, string>>;
  /** User id → the tools chosen last, for new conversations. */
  tools: Readonly<Record<string, ToolChoice>>;
  sidebarOpen: boolean;
  /** Whether the sidebar shows the projects. */
  projectsOpen: boolean;
  /** Whether a complete diagram is drawn without a click. */
  drawDiagrams: boolean;
}

export const usePreferences = create<Preferences>()(
  persist(
    (): Preferences => ({
      theme: "system",
      textSize: "normal",
      sendKey: null,
      transport: "sse",
      modelConfigIds: {},
      tools: {},
      sidebarOpen: true,
      projectsOpen: false,
      drawDiagrams: true,
    }),
    {
      name: PREFERENCES_KEY,
      version: 3,
      migrate: (stored, version) => {
        const second =
          version === 1 ? fromVersion1(stored as PreferencesVersion1) : (stored as PreferencesVersion2);
        return fromVersion2(second);
      },
      storage: createJSONStorage(() => storage),
    },
  ),
);

/** Stored Enter as the send key whether or not the user had chosen it. */
type PreferencesVersion2 = Preferences & { sendKey: SendKey };

function fromVersion2({ sendKey, ...others }: PreferencesVersion2): Preferences {
  return { ...others, sendKey: sendKey === "enter" ? null : sendKey };
}

/** Had one model config for every user of the browser. */
type PreferencesVersion1 = Omit<PreferencesVersion2, "modelConfigIds"> & { modelConfigId?: string | null };

function fromVersion1({ modelConfigId, ...others }: PreferencesVersion1): PreferencesVersion2 {
  return { ...others, modelConfigIds: withChoice({}, modelConfigId ?? null) };
}

/** The key that sends: the user's choice; by default Enter, but on touch screens, which have no Shift + Enter, the button. */
export function sendKeyOf({ sendKey }: Preferences): SendKey {
  return sendKey ?? (window.matchMedia(TOUCH_SCREEN).matches ? "mod-enter" : "enter");
}

/** Whether the key press sends the message that is being written. */
export function sendsMessage(event: KeyboardEvent, sendKey: SendKey): boolean {
  if (event.key !== "Enter") return false;
  return sendKey === "enter" ? !event.shiftKey && !event.altKey : event.ctrlKey || event.metaKey;
}

/** The model config for the user's new conversations; null: the server's default model. It may have been deleted. */
export function newChatModel({ modelConfigIds }: Preferences): string | null {
  return modelConfigIds[session.snapshot().userId ?? ""] ?? null;
}

/** Stores the model that the signed-in user chose, for new conversations. */
export function storeModelChoice(modelConfigId: string | null): void {
  usePreferences.setState(({ modelConfigIds }) => ({
    modelConfigIds: withChoice(modelConfigIds, modelConfigId),
  }));
}

const NO_TOOLS: ToolChoice = [];

/** The tools for the user's new conversations. A tool server may have been deleted. */
export function newChatTools({ tools }: Preferences): ToolChoice {
  return tools[session.snapshot().userId ?? ""] ?? NO_TOOLS;
}

export function storeToolChoice(choice: ToolChoice): void {
  const { userId } = session.snapshot();
  if (userId !== null) usePreferences.setState(({ tools }) => ({ tools: { ...tools, [userId]: choice } }));
}

function withChoice(
  modelConfigIds: Preferences["modelConfigIds"],
  modelConfigId: string | null,
): Preferences["modelConfigIds"] {
  const { userId } = session.snapshot();
  if (userId === null) return modelConfigIds;
  const { [userId]: _, ...others } = modelConfigIds;
  return modelConfigId === null ? others : { ...others, [userId]: modelConfigId };
}

/** Applies the theme and the text size, now and at every change, also in another tab. */
export function startAppearance(): void {
  const { dataset } = document.documentElement;
  /** The browser's bar with the light theme, and with the dark one. */
  const bars = document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]");
  const apply = ({ theme, textSize }: Preferences) => {
    if (theme === "system") delete dataset.theme;
    else dataset.theme = theme;
    dataset.textSize = textSize;
    bars.forEach((bar, index) => {
      const scheme = index === 0 ? "light" : "dark";
      bar.media =
        theme === "system" ? `(prefers-color-scheme: ${scheme})` : theme === scheme ? "all" : "not all";
    });
  };
  apply(usePreferences.getState());
  usePreferences.subscribe(apply);
  window.addEventListener("storage", (event) => {
    if (event.key === PREFERENCES_KEY) void usePreferences.persist.rehydrate();
  });
}
