// The structure of rendered Markdown, to be compared with the HTML of a specification.

const TRANSPARENT = new Set(["div", "section", "figure", "span", "thead", "tbody"]);
const KEPT_ATTRIBUTES = ["href", "start", "data-align", "checked"];

/** The elements that Markdown means, without those of the interface; a line break is white space. */
function outline(node: ChildNode): string {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? "").replace(/\s+/g, " ");
  if (!(node instanceof HTMLElement)) return "";
  const name = node.dataset.level ?? node.localName;
  const children = [...node.childNodes].map(outline).join("");
  if (name === "figcaption") return "";
  if (name === "br") return " ";
  if (TRANSPARENT.has(name)) return children;
  if (name === "pre") return `<pre>${(node.textContent ?? "").replace(/\n$/, "")}</pre>`;
  if (node instanceof HTMLImageElement) {
    const description = node.alt;
    return node.closest("a") ? description : `<a href=${node.getAttribute("src")}>${description}</a>`;
  }
  const attributes = KEPT_ATTRIBUTES.filter((key) => node.hasAttribute(key)).map(
    (key) => ` ${key}=${node.getAttribute(key)}`,
  );
  return `<${name}${attributes.join("")}>${children.trim()}</${name}>`;
}

/** The outline of the content, without white space beside blocks. */
export const normalized = (root: Element) =>
  [...root.childNodes]
    .map(outline)
    .join("")
    .replace(/ +/g, " ")
    .replace(/\s*(<\/?(?:p|h\d|li|ul|ol|blockquote|pre|hr|table|tr|t[hd])\b[^>]*>)\s*/g, "$1")
    .trim();
