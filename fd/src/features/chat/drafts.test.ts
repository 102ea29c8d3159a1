import { beforeEach, describe, expect, it } from "vitest";
import { session } from "@/api/client";
import { makeTokens } from "@/testing/tokens";
import { loadDraft, loadFolds, removeDrafts, SendingText, saveDraft, saveFolds, unfold } from "./drafts";

/** The draft that the next page finds when it opens the conversation. */
const stored = (conversationId: string) => localStorage.getItem(`draft:user-1:${conversationId}`);

beforeEach(() => session.accept(makeTokens("user-1")));

describe("a draft", () => {
  it("is stored for its user and conversation, until it is empty", () => {
    saveDraft("c", "Hi");
    expect([loadDraft("c"), loadDraft("d"), loadDraft(null)]).toEqual(["Hi", "", ""]);
    session.accept(makeTokens("user-2"));
    expect(loadDraft("c")).toBe("");
    session.accept(makeTokens("user-1"));
    saveDraft("c", "");
    expect(stored("c")).toBeNull();
  });

  it("stays in storage while it is sent, before what is typed meanwhile, and out of the composer", () => {
    const message = new SendingText("c", "first");
    saveDraft("c", "");
    expect([stored("c"), loadDraft("c")]).toEqual(["first", ""]);
    saveDraft("c", "second");
    expect([stored("c"), loadDraft("c")]).toEqual(["first\n\nsecond", "second"]);
    message.remove();
    expect([stored("c"), loadDraft("c")]).toEqual(["second", "second"]);
    message.restore();
    expect(stored("c")).toBe("second");
  });

  it("has the text again, once, when it was not sent", () => {
    saveDraft("c", "first");
    const message = new SendingText("c", "first");
    saveDraft("c", "");
    message.restore();
    expect([stored("c"), loadDraft("c")]).toEqual(["first", "first"]);
  });

  it("has its folded texts again, and is one text when it was changed elsewhere", () => {
    saveFolds("c", ["long", "longer"]);
    expect(unfold("long\n\nlonger\n\nshort", loadFolds("c"))).toEqual({
      folded: ["long", "longer"],
      text: "short",
    });
    expect(unfold("long\n\nlonger", loadFolds("c"))).toEqual({ folded: ["long", "longer"], text: "" });
    expect(unfold("Long, changed", loadFolds("c"))).toEqual({ folded: [], text: "Long, changed" });
    saveFolds("c", []);
    expect(loadFolds("c")).toEqual([]);
    saveFolds("d", ["long"]);
    removeDrafts("user-1");
    expect(loadFolds("d")).toEqual([]);
  });

  it("of a new conversation is that of the created one then", () => {
    const message = new SendingText(null, "first");
    expect(stored("new")).toBe("first");
    message.moveTo("c");
    expect([stored("new"), stored("c")]).toEqual([null, "first"]);
    message.remove();
    expect(stored("c")).toBeNull();
  });

  it("is removed with the others of its user, those of other users stay", () => {
    saveDraft("c", "Hi");
    new SendingText("d", "on its way");
    session.accept(makeTokens("user-2"));
    saveDraft("c", "Hello");
    removeDrafts("user-1");
    expect(loadDraft("c")).toBe("Hello");
    session.accept(makeTokens("user-1"));
    expect([stored("c"), stored("d"), loadDraft("c"), loadDraft("d")]).toEqual([null, null, "", ""]);
  });
});
