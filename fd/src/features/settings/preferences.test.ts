import { beforeEach, describe, expect, it } from "vitest";
import { session } from "@/api/client";
import { PREFERENCES_KEY } from "@/storage-keys";
import { makeTokens } from "@/testing/tokens";
import { newChatModel, storeModelChoice, usePreferences } from "./preferences";

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
