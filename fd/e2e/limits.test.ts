import { describe, expect, it } from "vitest";
import { openChat } from "./browser";

describe("limits", () => {
  it("loads the rest of a long list of conversations as it is scrolled", async () => {
    const { page, post } = await openChat();
    for (let number = 1; number <= 45; number += 1) {
      const { id } = await post("/conversation/create", {});
      await post("/conversation/update", { id, title: `对话 ${number}` });
    }
    await page.reload();
    const list = page.getByRole("navigation", { name: "对话" });
    const row = (title: string) => list.getByRole("link", { name: title, exact: true });
    await row("对话 45").waitFor();
    expect(await row("对话 1").count()).toBe(0);
    await expect
      .poll(async () => {
        await list.getByRole("link").last().scrollIntoViewIfNeeded();
        return row("对话 1").count();
      })
      .toBe(1);
    await expect.poll(() => list.getByRole("link").count()).toBe(45);
  });

  it("shows that the limit of models is reached, before a form is filled in", async () => {
    const { page, post } = await openChat();
    const { limit } = await post("/model_config/can_create", { count: 0 });
    const names = Array.from({ length: Number(limit) }, (_, index) => `模型 ${index + 1}`);
    await post("/model_config/create_many", {
      base_url: "http://localhost:1/v1",
      api_key: "none",
      configs: names.map((name) => ({ name, model: "none" })),
    });
    await page.goto("/#/settings/models");
    await page.reload(); // They were added through the API.
    await page.getByText(`模型 ${limit}`, { exact: true }).waitFor();
    await page.getByText(new RegExp(`已达到.*${limit}`)).waitFor();
    expect(await page.getByRole("button", { name: "添加模型" }).isDisabled()).toBe(true);
    expect(await page.getByRole("button", { name: "创建副本: 模型 1", exact: true }).isDisabled()).toBe(true);
  });

  it("requires the key again when a model moves to another server", async () => {
    const { page, post } = await openChat();
    await post("/model_config/create", {
      name: "旧服务器",
      base_url: "http://localhost:1/v1",
      model: "none",
      api_key: "sk-of-the-old-server",
    });
    await page.goto("/#/settings/models");
    await page.reload(); // It was added through the API.
    await page.getByText("旧服务器").waitFor();
    await page.getByRole("button", { name: /编辑/ }).click();
    await page.getByLabel("接口地址").fill("http://localhost:2/v1");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("请填写此地址的密钥").waitFor();
    await page.getByLabel("API 密钥", { exact: true }).fill("sk-of-the-new-server");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByText("http://localhost:2/v1").waitFor();
  });
});
