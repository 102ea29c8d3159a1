// Diagrams and previews of HTML in sandboxed frames. Diagrams share a hidden frame, which is loaded for the first diagram. One diagram at a time, so that a
// timeout cancels only one.
import {
  type DrawAnswer,
  type Drawing,
  type DrawRequest,
  type PreviewRequest,
  type PreviewSize,
  READY,
} from "./messages";

/** Timeout in ms, mostly for loading over a slow network. */
const TOTAL_TIMEOUT_MS = 30_000;
/** Timeout in ms without a heartbeat: the frame sends heartbeats while it loads, and none while it computes. */
const HEARTBEAT_TIMEOUT_MS = 10_000;

/** The frames' document, which has a content security policy of its own. */
const DOCUMENT = "./diagram.html";

let frame: HTMLIFrameElement | null = null;
let last: Promise<unknown> = Promise.resolve();

/**
 * Renders Mermaid source; null when it is invalid. Rejects when the renderer cannot be loaded, on a timeout, and when
 * `signal` is aborted before the rendering starts.
 */
export function drawDiagram(source: string, dark: boolean, signal: AbortSignal): Promise<Drawing | null> {
  const drawing = last.then(() => {
    signal.throwIfAborted();
    return draw({ source, dark });
  });
  last = drawing.catch(() => undefined);
  return drawing;
}

async function draw(request: DrawRequest): Promise<Drawing | null> {
  try {
    if (!frame) {
      frame = openFrame();
      await waitFor(frame, (word) => word === READY, TOTAL_TIMEOUT_MS);
    }
    // Target origin "*", because the frame has none; `frame-src` restricts its content to the site's own.
    frame.contentWindow?.postMessage(request, "*");
    return (await waitFor<DrawAnswer>(frame, (word) => typeof word === "object", HEARTBEAT_TIMEOUT_MS))
      .drawing;
  } catch (error) {
    // Ends the frame and its computation. The next diagram opens a new one.
    frame?.remove();
    frame = null;
    throw error;
  }
}

function openFrame(): HTMLIFrameElement {
  const element = document.createElement("iframe");
  // Without the site's origin it cannot access the site. Browsers with site isolation run it in a process of its own,
  // so that the page stays responsive.
  element.setAttribute("sandbox", "allow-scripts");
  element.src = DOCUMENT;
  element.title = "";
  element.inert = true;
  element.ariaHidden = "true";
  // It needs a size to measure text, but is not visible.
  element.className = "pointer-events-none fixed -start-[4000px] top-0 h-[600px] w-[800px] opacity-0";
  document.body.append(element);
  return element;
}

/** The frame's next matching message; rejects without a heartbeat, and after the total timeout. */
function waitFor<T>(
  { contentWindow }: HTMLIFrameElement,
  isMeant: (word: unknown) => boolean,
  heartbeatMs: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      clearTimeout(heartbeat);
      clearTimeout(total);
      window.removeEventListener("message", onMessage);
    };
    const giveUp = () => {
      finish();
      reject(new Error("the frame for diagrams does not answer"));
    };
    // Identified by its window: the origin of every sandboxed frame is "null".
    const onMessage = ({ data, source }: MessageEvent<unknown>) => {
      if (source !== contentWindow) return;
      clearTimeout(heartbeat);
      heartbeat = setTimeout(giveUp, heartbeatMs);
      if (!isMeant(data)) return;
      finish();
      resolve(data as T);
    };
    let heartbeat = setTimeout(giveUp, heartbeatMs);
    const total = setTimeout(giveUp, TOTAL_TIMEOUT_MS);
    window.addEventListener("message", onMessage);
  });
}

/**
 * Shows HTML or SVG in a frame, which must be sandboxed without the site's origin. `onHeight` receives the page's height
 * in px. Returns the function that ends this.
 */
export function openPreview(
  element: HTMLIFrameElement,
  html: string,
  onHeight: (height: number) => void,
): () => void {
  const onMessage = ({ data, source }: MessageEvent<unknown>) => {
    if (source !== element.contentWindow) return;
    if (data === READY) {
      const request: PreviewRequest = { html };
      element.contentWindow?.postMessage(request, "*");
    } else if (typeof data === "object" && data !== null && "height" in data) {
      const { height } = data as PreviewSize;
      if (Number.isFinite(height)) onHeight(height);
    }
  };
  window.addEventListener("message", onMessage);
  element.src = DOCUMENT;
  return () => window.removeEventListener("message", onMessage);
}
