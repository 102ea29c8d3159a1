import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { session } from "@/api/client";
import { PREFERENCES_KEY } from "@/storage-keys";
import { makeTokens } from "@/testing/tokens";
import { newChatModel, sendKeyOf, storeModelChoice, usePreferences } from "./preferences";

const chosen = () => newChatModel(usePreferences.getState());

beforeEach(() => {
  usePreferences.setState(usePreferences.getInitialState());
  session.accept(makeTokens("user-1"));
});

describe("the model of new chats", () => {
  it("is the one chosen last, until the default model is chosen", () => {
    expect(chosen()).toBeNull();
    storeModelChoice("config-1");
    storeModelChoice("config-2");
    expect(chosen()).toBe("config-2");
    storeModelChoice(null);
    expect(chosen()).toBeNull();
  });

  it("is each user's own in one browser", () => {
    storeModelChoice("config-1");
    session.accept(makeTokens("user-2"));
    expect(chosen()).toBeNull();
    storeModelChoice("config-2");
    session.accept(makeTokens("user-1"));
    expect(chosen()).toBe("config-1");
  });

  it("is stored for the next visit", async () => {
    storeModelChoice("config-1");
    const stored = localStorage.getItem(PREFERENCES_KEY) ?? "";
    usePreferences.setState(usePreferences.getInitialState());
    localStorage.setItem(PREFERENCES_KEY, stored);
    await usePreferences.persist.rehydrate();
    expect(chosen()).toBe("config-1");
  });

  it("is taken from preferences that were stored for all users of the browser", async () => {
    const state = { theme: "dark", sendKey: "enter", modelConfigId: "config-9" };
    localStorage.setItem(PREFERENCES_KEY, JSON.stringify({ state, version: 1 }));
    await usePreferences.persist.rehydrate();
    expect(chosen()).toBe("config-9");
    expect(usePreferences.getState().theme).toBe("dark");
  });
});

describe("the key that sends", () => {
  const key = () => sendKeyOf(usePreferences.getState());
  const mockTouchScreen = () =>
    vi
      .spyOn(window, "matchMedia")
      .mockImplementation(
        (media) => ({ media, matches: media.includes("pointer: coarse") }) as MediaQueryList,
      );
  const loadVersion2 = (sendKey: string) => {
    localStorage.setItem(PREFERENCES_KEY, JSON.stringify({ state: { theme: "dark", sendKey }, version: 2 }));
    return usePreferences.persist.rehydrate();
  };

  afterEach(() => vi.restoreAllMocks());

  it("is Enter with a keyboard, and not on a touch screen, until the user chooses", () => {
    expect(key()).toBe("enter");
    mockTouchScreen();
    expect(key()).toBe("mod-enter");
    usePreferences.setState({ sendKey: "enter" });
    expect(key()).toBe("enter");
  });

  it("is the default where older preferences have Enter, which they stored for everybody", async () => {
    mockTouchScreen();
    await loadVersion2("enter");
    expect(key()).toBe("mod-enter");
    expect(usePreferences.getState().theme).toBe("dark");
  });

  it("stays the user's choice of older preferences", async () => {
    await loadVersion2("mod-enter");
    expect(key()).toBe("mod-enter");
  });
});
