// Drawings of diagrams. They are made in a frame of their own, which is loaded with the first of them.
import { type DrawAnswer, type Drawing, type DrawRequest, READY } from "./messages";

/** Loading on a slow line takes most of it; no diagram within Mermaid's own limits takes so long. */
const PATIENCE_MS = 30_000;

let frame: Promise<Window> | null = null;
let lastId = 0;

/** Draws Mermaid's text; null where it is not valid. Rejects when what draws cannot be loaded. */
export async function drawDiagram(source: string, dark: boolean): Promise<Drawing | null> {
  frame ??= openFrame();
  // It may have been the network; the next diagram tries again.
  frame.catch(() => {
    frame = null;
  });
  const target = await frame;
  lastId += 1;
  const request: DrawRequest = { id: lastId, source, dark };
  const answer = waitFor<DrawAnswer>(target, (data) => (data as DrawAnswer).id === request.id);
  target.postMessage(request, window.location.origin);
  return (await answer).drawing;
}

async function openFrame(): Promise<Window> {
  const element = document.createElement("iframe");
  element.src = "./diagram.html";
  element.title = "";
  element.inert = true;
  element.ariaHidden = "true";
  // It has a size, in which text is measured, but no place.
  element.className = "pointer-events-none fixed -start-[4000px] top-0 h-[600px] w-[800px] opacity-0";
  document.body.append(element);
  try {
    const target = element.contentWindow as Window;
    await waitFor(target, (data) => data === READY);
    return target;
  } catch (error) {
    element.remove();
    throw error;
  }
}

/** The next word of the frame that is meant. */
function waitFor<T>(target: Window, isMeant: (data: unknown) => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      clearTimeout(timer);
      window.removeEventListener("message", onMessage);
    };
    const onMessage = ({ data, source, origin }: MessageEvent<unknown>) => {
      if (source !== target || origin !== window.location.origin || !isMeant(data)) return;
      finish();
      resolve(data as T);
    };
    const timer = setTimeout(() => {
      finish();
      reject(new Error("the frame for diagrams does not answer"));
    }, PATIENCE_MS);
    window.addEventListener("message", onMessage);
  });
}
