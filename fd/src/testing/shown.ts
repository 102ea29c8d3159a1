// A reader's view of rendered Markdown: its text, and what is emphasized, linked, set as a formula.

/** A private-use character marks the edges of blocks. */
const BLOCKS =
  "p,h1,h2,h3,h4,h5,h6,li,ul,ol,blockquote,pre,hr,table,tr,th,td,figure,section,div.prose-section,.formula-display";

const isSet = (formula: Element) => formula.querySelector(".katex") !== null;

/** The text: a formula that is set is ⟨TeX⟩, blocks and line breaks are new lines, a picture is its description. */
export function textOf(root: Element): string {
  const parts: string[] = [];
  const visit = (node: Node) => {
    if (node.nodeType === Node.TEXT_NODE) parts.push(node.textContent ?? "");
    if (!(node instanceof HTMLElement) || node.matches("button,figcaption")) return;
    if (node.matches("br")) parts.push("\ue000");
    else if (node.matches("img")) parts.push((node as HTMLImageElement).alt);
    else if (node.matches("pre"))
      parts.push("\ue000", (node.textContent ?? "").replace(/\n/g, "\ue000"), "\ue000");
    else {
      const edge = node.matches(BLOCKS) ? "\ue000" : "";
      parts.push(edge);
      if (node.matches(".formula") && isSet(node)) parts.push(`⟨${node.dataset.tex}⟩`);
      else for (const child of node.childNodes) visit(child);
      parts.push(edge);
    }
  };
  for (const child of root.childNodes) visit(child);
  return parts
    .join("")
    .replace(/\s+/g, " ")
    .replace(/ *\ue000[ \ue000]*/g, "\n")
    .trim();
}

const TEX_NOISE = /\s|\\label\{[^}]*\}/g;
const withoutNoise = (tex: string) => tex.replace(TEX_NOISE, "");

/** Direction of an element, with `dir="auto"` as browsers resolve it. */
function directionAt(element: Element | null): string {
  const own = element?.closest("[dir]");
  const direction = own?.getAttribute("dir") ?? "ltr";
  if (direction !== "auto" || !own) return direction;
  const letters: string[] = [];
  const visit = (node: Node) => {
    if (node.nodeType === Node.TEXT_NODE) letters.push(node.textContent ?? "");
    else if (node === own || (node instanceof Element && !node.hasAttribute("dir")))
      node.childNodes.forEach(visit);
  };
  visit(own);
  const first = /\p{L}/u.exec(letters.join(""))?.[0] ?? "";
  return /[\u0590-\u08ff]/.test(first) ? "rtl" : "ltr";
}

/** The properties of `right` in tests/cases/markdown.json. */
export function observe(root: Element) {
  const all = (selector: string) => [...root.querySelectorAll<HTMLElement>(selector)];
  const texts = (selector: string) => all(selector).map(textOf);
  const set = all(".formula").filter(isSet);
  const blockWith = (start: string) =>
    all("p,h3,h4,h5,h6,li,td,th").find((block) => textOf(block).startsWith(start)) ?? null;
  return {
    text: textOf(root),
    bold: texts("strong"),
    italic: texts("em"),
    strike: texts("s"),
    code: texts(":not(pre) > code"),
    sub: texts("sub"),
    sup: texts("sup"),
    kbd: texts("kbd"),
    cells: texts("th,td"),
    headings: texts("[data-level]"),
    tables: all("table").length,
    lists: all("ul,ol").length,
    items: all("li").length,
    quotes: all("blockquote").length,
    rules: all("hr").length,
    checkboxes: all("input[type=checkbox]").length,
    checked: all("input:checked").length,
    display: set.filter((formula) => formula.matches(".formula-display")).length,
    formulas: set.map(({ dataset }) => withoutNoise(dataset.tex ?? "")),
    codeBlocks: all("figure pre").map((pre) => ({
      text: pre.textContent ?? "",
      coloured: pre.querySelector("[class^=hl-]") !== null,
    })),
    links: all("a").map((link) => ({ text: textOf(link), href: link.getAttribute("href") ?? "" })),
    images: [
      ...all("a").map((link) => ({ alt: textOf(link), src: link.getAttribute("href") ?? "" })),
      ...all("img").map((image) => ({
        alt: image.getAttribute("alt") ?? "",
        src: image.getAttribute("src") ?? "",
      })),
    ],
    directionOf: (start: string) => {
      const block = blockWith(start);
      const list = block?.closest("ul,ol");
      return { block: directionAt(block), list: list ? directionAt(list) : null };
    },
  };
}

export { withoutNoise };
