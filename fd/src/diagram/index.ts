// Drawings of diagrams. They are made in a frame of their own, which is loaded with the first of them; one at a time,
// so that a drawing that is given up takes none with it.
import { type DrawAnswer, type Drawing, type DrawRequest, READY } from "./messages";

/** Loading on a slow line takes most of it. */
const PATIENCE_MS = 30_000;
/** While it loads what a kind of diagram needs, the frame says that it is at it. Silent, it computes. */
const SILENCE_MS = 10_000;

let frame: HTMLIFrameElement | null = null;
let last: Promise<unknown> = Promise.resolve();

/**
 * Draws Mermaid's text; null where it is not valid. Rejects when what draws cannot be loaded, when it takes too long,
 * and when the drawing is not wanted any more before its turn has come.
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
      await waitFor(frame, (word) => word === READY, PATIENCE_MS);
    }
    // To whatever is in the frame, since it has no origin to name: `frame-src` lets nothing in but the site's own.
    frame.contentWindow?.postMessage(request, "*");
    return (await waitFor<DrawAnswer>(frame, (word) => typeof word === "object", SILENCE_MS)).drawing;
  } catch (error) {
    // Ends the frame's process, whatever it is at. The next diagram gets another.
    frame?.remove();
    frame = null;
    throw error;
  }
}

function openFrame(): HTMLIFrameElement {
  const element = document.createElement("iframe");
  // Without the site's origin it reaches nothing of the site, and is given a process of its own where the browser has
  // one to give: the page goes on whatever is drawn.
  element.setAttribute("sandbox", "allow-scripts");
  element.src = "./diagram.html";
  element.title = "";
  element.inert = true;
  element.ariaHidden = "true";
  // It has a size, in which text is measured, but no place.
  element.className = "pointer-events-none fixed -start-[4000px] top-0 h-[600px] w-[800px] opacity-0";
  document.body.append(element);
  return element;
}

/** The next word of the frame that is meant; rejects after a silence, and when it has not come in the end. */
function waitFor<T>(
  { contentWindow }: HTMLIFrameElement,
  isMeant: (word: unknown) => boolean,
  silenceMs: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      clearTimeout(silence);
      clearTimeout(patience);
      window.removeEventListener("message", onMessage);
    };
    const giveUp = () => {
      finish();
      reject(new Error("the frame for diagrams does not answer"));
    };
    // By its window: what has no origin is "null" by name, and so is anything else that has none.
    const onMessage = ({ data, source }: MessageEvent<unknown>) => {
      if (source !== contentWindow) return;
      clearTimeout(silence);
      silence = setTimeout(giveUp, silenceMs);
      if (!isMeant(data)) return;
      finish();
      resolve(data as T);
    };
    let silence = setTimeout(giveUp, silenceMs);
    const patience = setTimeout(giveUp, PATIENCE_MS);
    window.addEventListener("message", onMessage);
  });
}
