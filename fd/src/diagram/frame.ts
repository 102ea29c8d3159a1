// The sandboxed document that runs Mermaid. Mermaid needs inline styles, which the application's content security policy
// forbids; this document's policy allows them, but no network requests. Its result is SVG text, which the page shows as
// an image, so that markup smuggled into a diagram's source never becomes part of a page.
//
// It also shows HTML and SVG as a page. Neither the policy nor the sandbox gives that page scripts of its own, network,
// storage, forms or windows.
import type { MermaidConfig } from "mermaid";
import {
  type DrawAnswer,
  type Drawing,
  type DrawRequest,
  HEARTBEAT,
  type PreviewRequest,
  type PreviewSize,
  READY,
} from "./messages";

/** SVG images can use only system fonts, so text is measured with one. */
const FONTS =
  'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** The interface's colours (styles.css), in a format that Mermaid can compute with. */
const LIGHT = {
  background: "#ffffff",
  primaryColor: "#f3f3f0",
  primaryTextColor: "#1c1c1a",
  primaryBorderColor: "#8b8a83",
  secondaryColor: "#e3f0ec",
  tertiaryColor: "#faf6ea",
  lineColor: "#66655f",
  edgeLabelBackground: "#fafaf8",
};
const DARK = {
  background: "#1d1d1c",
  primaryColor: "#2f2f2c",
  primaryTextColor: "#ecebe6",
  primaryBorderColor: "#8a8982",
  secondaryColor: "#22403a",
  tertiaryColor: "#3a3424",
  lineColor: "#a9a8a1",
  edgeLabelBackground: "#191918",
};

function configuration(dark: boolean): MermaidConfig {
  return {
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    // Settings that a diagram's source must not override, in addition to Mermaid's defaults.
    secure: [
      "secure",
      "securityLevel",
      "startOnLoad",
      "suppressErrorRendering",
      "maxTextSize",
      "maxEdges",
      "htmlLabels",
      "themeCSS",
      "fontFamily",
    ],
    // Not all browsers render HTML inside an SVG image.
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    class: { htmlLabels: false },
    fontFamily: FONTS,
    theme: "base",
    darkMode: dark,
    themeVariables: { ...(dark ? DARK : LIGHT), darkMode: dark, fontFamily: FONTS, fontSize: "14px" },
  };
}

let drawn = 0;

/** Null when Mermaid cannot parse the source. */
async function draw({ source, dark }: DrawRequest): Promise<Drawing | null> {
  drawn += 1;
  try {
    const { default: mermaid } = await import("mermaid");
    mermaid.initialize(configuration(dark));
    const { svg } = await mermaid.render(`diagram-${drawn}`, source);
    return toImage(svg);
  } catch {
    return null;
  } finally {
    document.body.replaceChildren();
  }
}

/** Converts Mermaid's output to an SVG document with the size of its view box, for use as an image. */
function toImage(html: string): Drawing | null {
  const svg = new DOMParser().parseFromString(html, "text/html").querySelector("svg");
  if (!svg) return null;
  const { width, height } = svg.viewBox.baseVal;
  svg.setAttribute("width", `${Math.ceil(width)}`);
  svg.setAttribute("height", `${Math.ceil(height)}`);
  svg.style.removeProperty("max-width");
  const title = svg.querySelector(":scope > title")?.textContent ?? "";
  return { svg: new XMLSerializer().serializeToString(svg), width, title };
}

/** Heartbeat interval in ms, below the page's timeout. */
const HEARTBEAT_MS = 1000;

// The page's origin, from this document's URL; the sandbox has no origin of its own.
const { origin: page } = window.location;

/** Elements that navigate the frame or contact other hosts before the policy applies. */
const FORBIDDEN = "script, meta[http-equiv], base, link, iframe, frame, object, embed";

/** Replaces this document's content. Scripts of a parsed document never run. */
function showPage({ html }: PreviewRequest): void {
  const shown = new DOMParser().parseFromString(html, "text/html");
  for (const element of shown.querySelectorAll(FORBIDDEN)) element.remove();
  for (const element of shown.querySelectorAll("noscript")) element.replaceWith(...element.childNodes);
  document.replaceChild(document.adoptNode(shown.documentElement), document.documentElement);
  document.addEventListener("click", followNoLink);
  new ResizeObserver(() => {
    const size: PreviewSize = { height: document.documentElement.scrollHeight };
    window.parent.postMessage(size, page);
  }).observe(document.body);
}

/** Links to a place in the page work. */
function followNoLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link && !link.getAttribute("href")?.startsWith("#")) event.preventDefault();
}

window.addEventListener(
  "message",
  async ({ data, source, origin }: MessageEvent<DrawRequest | PreviewRequest>) => {
    if (source !== window.parent || origin !== page) return;
    if ("html" in data) return showPage(data);
    const heartbeat = setInterval(() => window.parent.postMessage(HEARTBEAT, page), HEARTBEAT_MS);
    const answer: DrawAnswer = { drawing: await draw(data) };
    clearInterval(heartbeat);
    window.parent.postMessage(answer, page);
  },
);
window.parent.postMessage(READY, page);
