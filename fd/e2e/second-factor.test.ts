import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { violations } from "./axe";
import { openChat } from "./browser";

const STEP_MS = 30_000;

/** The code of an authenticator app (RFC 6238), `later` steps of 30 seconds after now. */
function codeOf(secret: string, later: number): string {
  const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter));
  const key = Buffer.from(
    bits
      .map((value) => value.toString(2).padStart(5, "0"))
      .join("")
      .match(/.{8}/g)
      ?.map((byte) => Number.parseInt(byte, 2)) ?? [],
  );
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + later));
  const digest = createHmac("sha1", key).update(step).digest();
  const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

describe("two-step login", () => {
  it("is set up, needed at the next login, and replaced by a recovery code", async () => {
    const { page, email, password } = await openChat();
    await page.goto("/#/settings/account");
    await page.getByRole("button", { name: "设置身份验证器" }).click();
    const setup = page.getByRole("dialog", { name: "设置身份验证器" });
    await setup.getByRole("img", { name: "身份验证器的二维码" }).waitFor();
    expect(await violations(page)).toEqual([]);
    const secret = (await setup.locator("code").innerText()).replaceAll(" ", "");
    await setup.getByLabel("验证码").fill(codeOf(secret, 0));
    await page.keyboard.press("Enter");
    const recovery = page.getByRole("dialog", { name: "恢复码" });
    const downloading = page.waitForEvent("download");
    await recovery.getByRole("button", { name: "下载" }).click();
    const codes = (await readFile(await (await downloading).path(), "utf8")).trim().split("\n");
    expect(codes).toHaveLength(10);
    expect(await violations(page)).toEqual([]);
    await recovery.getByRole("button", { name: "我已保存" }).click();
    await page.getByText("剩余 10 个恢复码").waitFor();

    for (const code of [codeOf(secret, 1), codes[0] ?? ""]) {
      await page.getByRole("button", { name: "退出登录" }).last().click();
      await page.locator("input[autocomplete=username]").fill(email);
      await page.locator("input[autocomplete=current-password]").fill(password);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "第二步验证" }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.locator("input[autocomplete=one-time-code]").fill(code);
      await page.keyboard.press("Enter");
      await page.getByText("还没有对话").waitFor();
      await page.goto("/#/settings/account");
    }
    await page.getByText("剩余 9 个恢复码").waitFor();
  });
});
