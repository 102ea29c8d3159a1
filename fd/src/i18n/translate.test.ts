import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/errors";
import { describeError } from ".";
import { authTexts, texts as en } from "./en";
import { createTranslator } from "./translate";
import { authTexts as chineseAuthTexts, texts as zhCN } from "./zh-CN";

describe("a translator", () => {
  const english = createTranslator("en", en);
  const chinese = createTranslator("zh-CN", zhCN);

  it("fills variables in", () => {
    expect(english("chat.branch", { position: 2, total: 3 })).toBe("Version 2 of 3");
  });

  it("chooses the form that the language has for a number", () => {
    expect(english("conversations.deleted", { count: 1 })).toBe("1 chat moved to the bin");
    expect(english("conversations.deleted", { count: 2 })).toBe("2 chats moved to the bin");
    expect(chinese("conversations.deleted", { count: 1 })).toContain("1");
  });

  it("puts text in as it is", () => {
    expect(english("conversations.selectOne", { title: "$& <b>" })).toBe("Select “$& <b>”");
  });

  it("finds nothing where there is no text", () => {
    expect(english.find("errors.of_tomorrow")).toBeUndefined();
    expect(english.find("errors.constructor")).toBeUndefined();
    expect(english.find("errors")).toBeUndefined();
  });

  it("tells how long to wait in seconds or minutes, and of a limit by the day in hours", () => {
    const [english, chinese] = [
      createTranslator("en", { errors: { ...authTexts.errors, ...en.errors } }),
      createTranslator("zh-CN", chineseAuthTexts),
    ];
    const refused = (retryAfter: number, reason: string | null = null) =>
      new ApiError({ status: 429, code: "rate_limited", retryAfter, reason });
    expect(describeError(english, refused(20))).toContain("in 20 seconds");
    expect(describeError(english, refused(873))).toContain("in 15 minutes");
    expect(describeError(chinese, refused(873))).toContain("15分钟后");
    expect(describeError(english, refused(3600))).toContain("in 60 minutes");
    expect(describeError(english, refused(3601))).toContain("2 h");
    expect(describeError(english, refused(3601))).not.toContain("model");
    expect(describeError(english, refused(3601, "reply_rate_limited"))).toMatch(/default model.*2 h/);
    expect(describeError(english, refused(60, "reply_rate_limited"))).toContain("in 60 seconds");
    expect(describeError(chinese, refused(80_000))).toContain("23 小时");
  });

  it("tells a model's lost secrets from an authenticator app's", () => {
    const english = createTranslator("en", { errors: en.errors });
    const lost = (code: string) => describeError(english, new ApiError({ status: 422, code }));
    expect(lost("api_key_unreadable")).toContain("API key or headers");
    expect(lost("app_secret_unreadable")).toContain("recovery code");
  });
});
