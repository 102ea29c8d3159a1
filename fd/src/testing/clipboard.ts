// A stand-in for WebKit's clipboard, which takes only what is given to it during a click.
import { onTestFinished, vi } from "vitest";

/** For the rest of the test. Returns what is copied, by type. */
export function stubClickClipboard(): ReadonlyMap<string, string> {
  const copied = new Map<string, string>();
  let isClick = false;
  const start = () => {
    isClick = true;
  };
  const end = () => {
    isClick = false;
  };
  window.addEventListener("click", start, { capture: true });
  window.addEventListener("click", end);
  const check = () => {
    if (!isClick) throw new DOMException("not during a click", "NotAllowedError");
  };
  const clipboard = {
    write: async ([item]: readonly [{ data: Readonly<Record<string, Blob | Promise<Blob>>> }]) => {
      check();
      for (const [type, data] of Object.entries(item.data)) copied.set(type, await textOf(await data));
    },
    writeText: async (text: string) => {
      check();
      copied.set("text/plain", text);
    },
  };
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: clipboard });
  vi.stubGlobal(
    "ClipboardItem",
    class {
      constructor(readonly data: object) {}
    },
  );
  onTestFinished(() => {
    window.removeEventListener("click", start, { capture: true });
    window.removeEventListener("click", end);
    Reflect.deleteProperty(navigator, "clipboard");
    vi.unstubAllGlobals();
  });
  return copied;
}

/** jsdom's blobs have no method for it. */
function textOf(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.readAsText(blob);
  });
}
