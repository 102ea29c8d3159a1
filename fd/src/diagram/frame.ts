// The document in which Mermaid works. It lays a diagram out as elements with inline styles, which the policy of the
// application forbids; here styles are allowed, and nothing can be loaded from or sent to anywhere. What leaves is
// text, shown as an image: whatever a diagram's source smuggles in is markup in no page.
import mermaid, { type MermaidConfig } from "mermaid";
import { AT_IT, type DrawAnswer, type Drawing, type DrawRequest, READY } from "./messages";

/** An image has the fonts of the system only, so that is what is measured with. */
const FONTS =
  'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** The colours of the interface (styles.css), as Mermaid computes with them. */
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
    // What the text of a diagram must not change, beside what never may.
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
    // HTML inside an image is drawn by some browsers only.
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

/** Null where Mermaid cannot read the source. */
async function draw({ source, dark }: DrawRequest): Promise<Drawing | null> {
  drawn += 1;
  try {
    mermaid.initialize(configuration(dark));
    const { svg } = await mermaid.render(`diagram-${drawn}`, source);
    return toImage(svg);
  } catch {
    return null;
  } finally {
    document.body.replaceChildren();
  }
}

/** Mermaid's HTML as an XML document with the size of its view box, as an image needs it. */
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

/** Often enough not to be taken for silence. */
const WORD_MS = 1000;

// The page's origin, which this document has only in its address.
const { origin: page } = window.location;

window.addEventListener("message", async ({ data, source, origin }: MessageEvent<DrawRequest>) => {
  if (source !== window.parent || origin !== page) return;
  const words = setInterval(() => window.parent.postMessage(AT_IT, page), WORD_MS);
  const answer: DrawAnswer = { drawing: await draw(data) };
  clearInterval(words);
  window.parent.postMessage(answer, page);
});
window.parent.postMessage(READY, page);
