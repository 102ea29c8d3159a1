// Models are set up in a minute: a provider, a key, ticks. By keyboard, on a phone, in both languages.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { composer, lastReply, modelRequests, openChat, send, stack } from "./browser";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Words of the interface. */
const WORDS = {
  "zh-CN": {
    add: "添加模型",
    other: /其他服务器/,
    baseUrl: "接口地址",
    key: "API 密钥",
    list: "获取模型",
    addTwo: "添加 2 个模型",
    edit: "编辑: reasoning",
    pick: "选择模型",
    newChat: "/#/",
  },
  en: {
    add: "Add model",
    other: /Other server/,
    baseUrl: "Base URL",
    key: "API key",
    list: "Fetch models",
    addTwo: "Add 2 models",
    edit: "Edit: reasoning",
    pick: "Choose a model",
    newChat: "/#/",
  },
} as const;

const providerUrl = () => `${stack().providerUrl}/v1`;

/** Goes to where the models of the scripted provider are ticked. */
async function listModels(page: Page, words: (typeof WORDS)["zh-CN" | "en"]): Promise<void> {
  await page.goto("/#/settings/models");
  await page.getByRole("button", { name: words.add, exact: true }).click();
  await page.getByRole("button", { name: words.other }).click();
  await page.getByLabel(words.baseUrl).fill(providerUrl());
  await page.getByLabel(words.key, { exact: true }).fill("sk-test-12345678");
  await page.getByRole("button", { name: words.list }).click();
  await page.getByRole("checkbox", { name: "reasoning" }).waitFor();
}

describe.each([
  ["zh-CN", "desktop"],
  ["en", "desktop"],
  ["zh-CN", "phone"],
] as const)("set-up in %s on a %s", (locale, size) => {
  it("fetches the provider's models, adds those that are ticked, and chats with the first", async () => {
    const { page } = await openChat({ locale, ...(size === "phone" ? PHONE : {}) });
    const words = WORDS[locale];
    await listModels(page, words);
    await page.getByRole("checkbox", { name: "reasoning" }).check();
    await page.getByRole("checkbox", { name: "no-usage" }).check();
    await page.getByRole("button", { name: words.addTwo }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: words.edit }).waitFor();
    await page.goto(words.newChat);
    await expect.poll(() => page.getByRole("button", { name: words.pick }).innerText()).toBe("no-usage");
    await send(page, "你好");
    await lastReply(page).waitFor();
    expect((await modelRequests()).at(-1)?.body.model).toBe("no-usage");
  });
});

describe("set-up by keyboard", () => {
  it("searches the providers and the models, and takes an id that is not listed", async () => {
    const { page } = await openChat();
    await page.goto("/#/settings/models");
    const add = page.getByRole("button", { name: "添加模型", exact: true });
    // Enabled once the number of models that are allowed is known.
    await expect.poll(() => add.isEnabled()).toBe(true);
    await add.press("Enter");
    const focused = page.locator(":focus");
    await page.getByRole("searchbox", { name: "搜索服务商" }).and(focused).waitFor();
    await page.keyboard.type("lm studio");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByText(/访问不到 localhost/).waitFor();
    await page.getByLabel("接口地址").fill(providerUrl());
    await page.keyboard.press("Enter");
    const search = page.getByRole("searchbox", { name: /搜索模型/ });
    await search.and(focused).waitFor();
    await page.keyboard.type("slow");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await search.fill("my/finetune");
    await search.press("Enter");
    await page.getByRole("button", { name: "添加 2 个模型" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "编辑: my/finetune" }).waitFor();
    await page.getByRole("button", { name: "编辑: slow" }).waitFor();
  });
});

describe("the models of a server", () => {
  it("share a key that is changed in one place, are duplicated with it, and deleted in the row", async () => {
    const { page, post } = await openChat();
    await post("/model_config/create_many", {
      base_url: providerUrl(),
      api_key: "sk-old-key-0000",
      configs: ["reasoning", "no-usage"].map((model) => ({ name: model, model })),
    });
    await page.goto("/#/settings/models");
    await page.reload(); // They were added through the API.
    await page.getByRole("button", { name: /^更换 API 密钥/ }).click();
    await page.getByText(/全部 2 个模型/).waitFor();
    await page.getByLabel("API 密钥", { exact: true }).fill("sk-new-key-9999");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });

    // The whole row opens the form.
    const row = page.getByRole("listitem").filter({ hasText: "no-usage" });
    await row.click({ position: { x: 300, y: 4 } });
    await page.getByText("留空则保留原密钥（尾号 9999）").waitFor();
    await page.getByRole("button", { name: "取消" }).click();
    await row.getByRole("button", { name: "创建副本: no-usage" }).click();
    await expect.poll(() => page.getByLabel("名称").inputValue()).toBe("no-usage（副本）");
    await page.getByText("留空则保留原密钥（尾号 9999）").waitFor();
    await page.getByRole("button", { name: "测试连接" }).click();
    await page.getByText(/可以使用/).waitFor();
    await page.getByText("Uncounted.").waitFor();
    await page.getByRole("button", { name: "取消" }).click();

    await page.getByRole("button", { name: "删除: reasoning" }).click();
    await page.getByRole("button", { name: "编辑: reasoning" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "编辑: no-usage", exact: true }).waitFor();
  });

  it("keep every parameter of the form, and its headers' values to the server", async () => {
    const { page, post } = await openChat();
    await post("/model_config/create", {
      name: "工作用",
      base_url: providerUrl(),
      api_key: "none",
      model: "no-usage",
    });
    await page.goto("/#/settings/models");
    await page.reload(); // It was added through the API.
    const edit = () => page.getByRole("button", { name: "编辑: 工作用" }).click();
    const sections = async () => {
      for (const title of ["参数", "高级"]) await page.getByText(title, { exact: true }).click();
    };
    await edit();
    await sections();
    await page.getByLabel("推理强度").fill("ultra");
    await page.getByLabel("停止序列").fill("END");
    await page.getByLabel("额外请求字段").fill('{"enable_thinking": false}');
    await page.getByLabel("HTTP 请求头").fill("X-Team: secret-team");
    await page.getByLabel("最长无响应时间（秒）").fill("120");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await edit();
    await sections();
    await expect.poll(() => page.getByLabel("HTTP 请求头").inputValue()).toBe("X-Team");
    await expect.poll(() => page.getByLabel("停止序列").inputValue()).toBe("END");
    // Saved again, the stored value is kept.
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.goto("/#/");
    await page.getByRole("button", { name: "选择模型" }).click();
    await page.getByRole("menuitemradio", { name: /工作用/ }).click();
    await composer(page).waitFor();
    await send(page, "你好");
    await lastReply(page).waitFor();
    expect((await modelRequests()).at(-1)?.body).toMatchObject({
      reasoning_effort: "ultra",
      stop: ["END"],
      enable_thinking: false,
    });
  });
});
