// Conversion of HTML to Markdown, for text that is pasted, dropped or quoted. Loaded when the first one is.
import { quoted } from "./quotation";

/** Elements of which plain text would lose something. HTML without them is only styled, for example code of an editor. */
const STRUCTURE =
  "table, ul, ol, a[href], h1, h2, h3, h4, h5, h6, pre, code, blockquote, strong, em, b, i, s, del, .katex, [data-source]";
/** Elements that may be emphasized by style. Browsers also copy the weight of normal text. */
const STYLED = "[style*='font-weight'], [style*='italic']";
const IGNORED =
  "script, style, template, noscript, button, svg, head, title, meta, link, [hidden], .sr-only, [aria-hidden=true]:not(.katex-html)";
const BLOCKS = new Set(
  "ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CENTER DD DETAILS DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION SUMMARY TABLE TBODY TD TFOOT TH THEAD TR UL".split(
    " ",
  ),
);

/** HTML as Markdown; null if it has no text, or nothing that Markdown could express. */
export function htmlToMarkdown(html: string): string | null {
  // A document of a parser runs no scripts and loads no images.
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const ignored of body.querySelectorAll(IGNORED)) ignored.remove();
  if (isCode(body) || !hasStructure(body)) return null;
  const markdown = blocksOf(body).join("\n\n");
  return markdown.trim() === "" ? null : markdown;
}

function hasStructure(body: Element): boolean {
  if (body.querySelector(STRUCTURE)) return true;
  return [...body.querySelectorAll(STYLED)].some((element) => isBold(element) || isItalic(element));
}

/** Lines of a code editor, whose plain text has their indentation. */
function isCode(body: Element): boolean {
  const isPlain = body.querySelector(":not(div, span, br)") === null;
  const blocks = [...body.children];
  return isPlain && blocks.length > 0 && blocks.every(isPreformatted);
}

function isPreformatted(element: Element): boolean {
  return element instanceof HTMLElement && element.style.whiteSpace === "pre";
}

/** The blocks of an element; inline content between blocks is a paragraph. */
function blocksOf(element: Element): string[] {
  const blocks: string[] = [];
  let inline = "";
  const endParagraph = () => {
    const paragraph = tidy(inline);
    if (paragraph !== "") blocks.push(paragraph);
    inline = "";
  };
  for (const node of element.childNodes) {
    if (node instanceof Element && hasBlocks(node)) {
      endParagraph();
      blocks.push(...blockOf(node));
    } else {
      inline += inlineOf(node);
    }
  }
  endParagraph();
  return blocks;
}

function hasBlocks(element: Element): boolean {
  if (element.matches(".katex, [data-source]")) return false;
  return BLOCKS.has(element.tagName) || [...element.children].some(hasBlocks);
}

function blockOf(element: Element): string[] {
  const { tagName } = element;
  if (/^H[1-6]$/.test(tagName)) {
    const title = oneLine(inlineOf(element));
    return title === "" ? [] : [`${"#".repeat(headingLevel(element))} ${title}`];
  }
  switch (tagName) {
    case "HR":
      return ["---"];
    case "PRE":
      return [fence(element)];
    case "UL":
    case "OL":
      return [list(element)].filter((text) => text !== "");
    case "TABLE":
      return table(element as HTMLTableElement);
    case "BLOCKQUOTE":
      return [quoted(blocksOf(element).join("\n\n"))];
    default:
      return blocksOf(element);
  }
}

/** Headings of a reply have their original level in an attribute. */
function headingLevel(element: Element): number {
  return Number(/^h([1-6])$/.exec(element.getAttribute("data-level") ?? "")?.[1] ?? element.tagName[1]);
}

function fence(element: Element): string {
  for (const lineBreak of element.querySelectorAll("br")) lineBreak.replaceWith("\n");
  const code = (element.textContent ?? "").replace(/\n$/, "");
  const classes = [element, ...element.querySelectorAll("code")].map(({ className }) => className).join(" ");
  const language = /(?:^|\s)(?:language|lang|highlight-source)-([\w+#-]+)/.exec(classes)?.[1] ?? "";
  const marks = "`".repeat(Math.max(3, longestRun(code) + 1));
  return `${marks}${language}\n${code}\n${marks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

function list(element: Element): string {
  let number = Number(element.getAttribute("start") ?? 1) || 1;
  const items: string[] = [];
  for (const child of element.children) {
    // Lists inside of a list without an item of their own, as some editors write them, belong to the item before.
    if (child.tagName === "UL" || child.tagName === "OL") {
      items.push(indent(list(child), "  "));
      continue;
    }
    const marker = element.tagName === "OL" ? `${number}. ` : "- ";
    number += 1;
    const box = child.querySelector<HTMLInputElement>(":scope > input[type=checkbox], :scope > p > input");
    const state = box ? `[${box.checked ? "x" : " "}] ` : "";
    const blocks = blocksOf(child);
    if (blocks.length === 0 && state === "") continue;
    const isTight = blocks.length < 3 && [...child.children].every(({ tagName }) => tagName !== "PRE");
    const text = `${state}${blocks.join(isTight ? "\n" : "\n\n")}`;
    items.push(marker + indent(text, " ".repeat(marker.length)).trimStart());
  }
  return items.join("\n");
}

function indent(text: string, spaces: string): string {
  return text.replace(/^(?=.)/gm, spaces);
}

/** A table, with its first row as the header. A table of one cell is only layout. */
function table(element: HTMLTableElement): string[] {
  const rows = [...element.rows].map((row) =>
    [...row.cells].flatMap((cell) => {
      const text = oneLine(blocksOf(cell).join(" ")).replaceAll("|", "\\|");
      return [text, ...Array.from({ length: Math.min(cell.colSpan, 50) - 1 }, () => "")];
    }),
  );
  const width = Math.max(0, ...rows.map((row) => row.length));
  const [header] = rows;
  const [only] = element.rows;
  if (!header || width === 0) return [];
  if (rows.length === 1 && width === 1 && only?.cells[0]) return blocksOf(only.cells[0]);
  const line = (cells: readonly string[]) =>
    `| ${Array.from({ length: width }, (_, index) => cells[index] ?? "").join(" | ")} |`;
  const divider = line(Array.from({ length: width }, () => "---"));
  const caption = element.caption ? [oneLine(inlineOf(element.caption))] : [];
  return [...caption, [line(header), divider, ...rows.slice(1).map(line)].join("\n")];
}

function inlineOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? "").replace(/[ \t\n\r\f]+/g, " ");
  if (!(node instanceof Element)) return "";
  const formula = formulaOf(node);
  if (formula !== null) return formula;
  const content = () => [...node.childNodes].map(inlineOf).join("");
  switch (node.tagName) {
    case "BR":
      return "\n";
    case "CODE":
    case "TT":
    case "SAMP":
      return inlineCode(node.textContent ?? "");
    case "A":
      return link(node.getAttribute("href") ?? "", content());
    case "IMG":
      return image(node);
    case "SUB":
    case "SUP":
    case "KBD":
      return wrap(content(), `<${node.tagName.toLowerCase()}>`, `</${node.tagName.toLowerCase()}>`);
    case "S":
    case "DEL":
    case "STRIKE":
      return wrap(content(), "~~");
    case "INPUT":
      return "";
    default: {
      const text = isItalic(node) ? wrap(content(), "*") : content();
      return isBold(node) ? wrap(text, "**") : text;
    }
  }
}

/** The TeX of a formula: one of a reply, or one that KaTeX has set on another page. */
function formulaOf(element: Element): string | null {
  const source = element.getAttribute("data-source");
  if (source !== null) return source;
  if (!element.matches(".katex, .katex-display, math")) return null;
  const tex = element.querySelector("annotation[encoding='application/x-tex']")?.textContent?.trim();
  if (!tex) return null;
  const isDisplay = element.matches(".katex-display, [display=block]");
  return isDisplay ? `$$${tex}$$` : `$${tex}$`;
}

/** Google Docs wraps everything in a `<b style="font-weight:normal">`, and makes text bold by style. */
function isBold(element: Element): boolean {
  const weight = element instanceof HTMLElement ? element.style.fontWeight : "";
  if (weight !== "") return weight === "bold" || weight === "bolder" || Number(weight) >= 600;
  return element.tagName === "STRONG" || element.tagName === "B";
}

function isItalic(element: Element): boolean {
  const style = element instanceof HTMLElement ? element.style.fontStyle : "";
  if (style !== "") return style === "italic";
  return element.tagName === "EM" || element.tagName === "I";
}

/** Marks around the text, inside of its outer white space, where they would not count. */
function wrap(text: string, before: string, after = before): string {
  const inner = text.trim();
  if (inner === "") return text;
  const start = text.slice(0, text.indexOf(inner));
  const end = text.slice(start.length + inner.length);
  return `${start}${before}${inner}${after}${end}`;
}

function inlineCode(code: string): string {
  if (code.trim() === "") return code;
  const marks = "`".repeat(longestRun(code) + 1);
  const space = code.startsWith("`") || code.endsWith("`") ? " " : "";
  return `${marks}${space}${code}${space}${marks}`;
}

function link(address: string, text: string): string {
  if (!/^(https?|mailto):/i.test(address) || text.trim() === "") return text;
  if (text.trim() === address) return text;
  const target = /[\s()<>]/.test(address) ? `<${address.replace(/[<>\s]/g, encodeURIComponent)}>` : address;
  return wrap(text.replaceAll("\n", " "), "[", `](${target})`);
}

function image(element: Element): string {
  const address = element.getAttribute("src") ?? "";
  const text = element.getAttribute("alt") ?? "";
  return /^https?:/i.test(address) ? `![${text}](${address})` : text;
}

/** A text without spaces around line breaks and repeated empty lines. */
function tidy(text: string): string {
  return text
    .replace(/[ \u00a0]*\n[ \u00a0]*/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/ {2,}/g, " ")
    .trim();
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
