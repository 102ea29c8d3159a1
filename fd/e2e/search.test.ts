import { describe, expect, it } from "vitest";
import { apiOf, composer, lastReply, openPage, registerAccount, storedMessage } from "./browser";

describe("the search", () => {
  it("opens by Ctrl-K anywhere and finds messages, in Chinese and in English", async () => {
    const page = await openPage();
    const post = await apiOf(await registerAccount(page));
    await post("/conversation/import", {
      title: "旅行",
      messages: [
        storedMessage("q", null, "我想去罗马"),
        storedMessage("r", "q", "The Colosseum opens at nine."),
      ],
    });
    await post("/conversation/import", {
      title: "Databases",
      messages: [storedMessage("q", null, "怎样建索引？")],
    });
    await page.goto("/#/settings");
    await page.getByRole("radio").first().waitFor();
    const titles = () => page.getByRole("navigation", { name: "对话" }).getByRole("link").allInnerTexts();
    for (const [words, found] of [
      ["罗马", ["旅行"]],
      ["colosseum NINE", ["旅行"]],
      ["索引", ["Databases"]],
      ["database", ["Databases"]],
      ["罗马 索引", []],
    ] as const) {
      await page.keyboard.press("Control+k");
      await page.keyboard.press("Control+a");
      await page.keyboard.type(words);
      await expect.poll(titles, { message: words }).toEqual(found);
    }
    await page.keyboard.press("Control+k");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("罗马");
    await page.getByRole("navigation", { name: "对话" }).getByRole("link", { name: "旅行" }).click();
    await lastReply(page).waitFor();
    await composer(page).waitFor();
  });
});
