import { describe, expect, it } from "vitest";
import { newShareKey, seal, unseal } from "./sealed-document";

const TEXT = "A heron. 🐦 ".repeat(10_000);

describe("a sealed document", () => {
  it("is read with its key, and with no other", async () => {
    const key = newShareKey();
    const sealed = await seal(TEXT, key, "share");
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(sealed.iv).toMatch(/^[\w-]{16}$/);
    expect(await unseal(sealed, key, "share")).toBe(TEXT);
    expect(await unseal(sealed, newShareKey(), "share")).toBeNull();
    for (const malformed of ["", "x", "!", key.slice(1)])
      expect(await unseal(sealed, malformed, "share")).toBeNull();
  });

  it("cannot be changed, nor put in the place of another share", async () => {
    const key = newShareKey();
    const sealed = await seal(TEXT, key, "share");
    const changed = `${sealed.data.startsWith("A") ? "B" : "A"}${sealed.data.slice(1)}`;
    expect(await unseal({ ...sealed, data: changed }, key, "share")).toBeNull();
    expect(await unseal({ ...sealed, data: "" }, key, "share")).toBeNull();
    expect(await unseal(sealed, key, "other")).toBeNull();
  });

  it("differs each time", async () => {
    const key = newShareKey();
    const [first, second] = await Promise.all([seal(TEXT, key, "share"), seal(TEXT, key, "share")]);
    expect(first.iv).not.toBe(second.iv);
    expect(first.data).not.toBe(second.data);
  });
});
