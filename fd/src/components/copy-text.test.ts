import { describe, expect, it, vi } from "vitest";
import { stubClickClipboard } from "@/testing/clipboard";
import { copyText } from "./copy-text";

/** Copies during a click. */
async function click(text: Parameters<typeof copyText>[0]): Promise<boolean> {
  let copied: Promise<boolean> | undefined;
  const copy = () => {
    copied = copyText(text);
  };
  document.body.addEventListener("click", copy, { once: true });
  document.body.click();
  return (await copied) as boolean;
}

describe("a text", () => {
  it("that is made after the click is copied where only a click may copy", async () => {
    const copied = stubClickClipboard();
    const later = new Promise<string>((resolve) => setTimeout(resolve, 0, "tea"));
    expect(await click(later)).toBe(true);
    expect(copied.get("text/plain")).toBe("tea");
  });

  it("that could not be made is not copied", async () => {
    const copied = stubClickClipboard();
    expect(await click(Promise.resolve(null))).toBe(false);
    expect(copied.size).toBe(0);
  });

  it.each([
    ["promises in the clipboard", () => vi.stubGlobal("ClipboardItem", undefined)],
    ["a clipboard", () => Reflect.deleteProperty(navigator, "clipboard")],
  ])("is copied by the older command without %s", async (_name, remove) => {
    stubClickClipboard();
    remove();
    let field = "";
    document.execCommand = vi.fn(() => {
      field = document.querySelector("textarea")?.value ?? "";
      return true;
    });
    expect(await click(Promise.resolve("tea"))).toBe(true);
    expect(field).toBe("tea");
  });
});
