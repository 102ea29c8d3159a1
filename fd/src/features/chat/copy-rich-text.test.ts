import { afterEach, describe, expect, it, vi } from "vitest";
import { copyRichText, portableHtml } from "./copy-rich-text";

function showReply(html: string): Element {
  document.body.innerHTML = `<article data-key="local:1"><div class="prose">${html}</div></article>`;
  return document.querySelector(".prose") as Element;
}

afterEach(() => {
  document.body.innerHTML = "";
});

describe("a reply as rich text", () => {
  it("has the structure without the page's classes and controls", () => {
    const prose = showReply(
      '<h3 data-level="h1" class="x" dir="auto">T</h3><ol start="3"><li><a class="y" href="https://a.example/">A</a></li></ol>' +
        '<figure><figcaption>py<button>Copy</button></figcaption><pre><code class="hl"><span class="hl-k">a</span></code></pre></figure>',
    );
    expect(portableHtml(prose)).toBe(
      '<h3 dir="auto">T</h3><ol start="3"><li><a href="https://a.example/">A</a></li></ol>' +
        "<figure><figcaption>py</figcaption><pre><code>a</code></pre></figure>",
    );
  });

  it("has formulas as their TeX", () => {
    const prose = showReply('<p>So <span class="formula" data-source="$a^2$"><b>a2</b></span>.</p>');
    expect(portableHtml(prose)).toBe("<p>So $a^2$.</p>");
  });

  it("is copied through an event where the clipboard refuses it", async () => {
    showReply("<p><b>Bold</b></p>");
    const copied = new Map<string, string>();
    document.execCommand = vi.fn(() => {
      const event = new Event("copy", { cancelable: true, bubbles: true });
      Object.assign(event, { clipboardData: { setData: copied.set.bind(copied) } });
      return !document.dispatchEvent(event);
    });
    expect(await copyRichText("local:1", "**Bold**")).toBe(true);
    expect([...copied]).toEqual([
      ["text/html", "<p><b>Bold</b></p>"],
      ["text/plain", "**Bold**"],
    ]);
  });
});
