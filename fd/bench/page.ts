// What is measured inside the page. Each time is taken after a frame was made, so it includes rendering.
import type { CDPSession, Page } from "playwright-core";

/** What the page tells; times are in ms, of the page's own clock or since the epoch, as said. */
interface Probe {
  /** When a composer could first be typed into, since the navigation began. */
  ready: number | null;
  /** When that of the application could be. */
  running: number | null;
  /** When the mouse was last pressed, since the navigation began. */
  pressed: number;
  /** Of each marker of the streamed text: when it was on the screen, since the epoch. */
  shownAt: number[];
  /** Tasks of the main thread that took longer than 50 ms, while markers are watched; a browser tells of no others. */
  longTasks: number[];
  /** When markers began to be watched, since the navigation began. */
  watchedFrom: number;
}

declare global {
  interface Window {
    probe: Probe;
    afterFrame: (act: () => void) => void;
    /** Of the floor's page: asks for a reply. */
    ask: () => Promise<void>;
  }
}

/** Before the numbers by which parts of a reply are found on the screen. */
export const MARKER = "§";

export async function installProbe(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.probe = { ready: null, running: null, pressed: 0, shownAt: [], longTasks: [], watchedFrom: 0 };
    const { port1, port2 } = new MessageChannel();
    const waiting: (() => void)[] = [];
    port1.onmessage = () => waiting.shift()?.();
    window.afterFrame = (act) => {
      requestAnimationFrame(() => {
        waiting.push(act);
        port2.postMessage(null);
      });
    };
    new PerformanceObserver((entries) => {
      for (const { startTime, duration } of entries.getEntries())
        if (startTime >= window.probe.watchedFrom) window.probe.longTasks.push(duration);
    }).observe({ type: "longtask" });
    document.addEventListener("pointerdown", () => (window.probe.pressed = performance.now()), true);
    const observer = new MutationObserver(() => {
      const field = document.querySelector<HTMLTextAreaElement>("form textarea:not(:disabled)");
      if (!field) return;
      const running = field.closest("#root") !== null;
      if (running) observer.disconnect();
      window.afterFrame(() => {
        window.probe.ready ??= performance.now();
        if (running) window.probe.running ??= performance.now();
      });
    });
    observer.observe(document, { childList: true, subtree: true });
  });
}

/** From the press of the mouse until a text stands at the end of the messages, in ms. */
export function timeToText(page: Page, text: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve, reject) => {
        const begin = performance.now();
        const look = () => {
          if (performance.now() - begin > 20_000) reject(new Error(`"${wanted}" does not appear`));
          const list = document.querySelector("section[tabindex='0']");
          const last = list?.querySelector("article:last-of-type");
          const atEnd = list && list.scrollHeight - list.clientHeight - list.scrollTop < 3;
          if (atEnd && last?.textContent?.includes(wanted)) {
            window.afterFrame(() => resolve(performance.now() - window.probe.pressed));
          } else requestAnimationFrame(look);
        };
        look();
      }),
    text,
  );
}

/** Notes when markers come onto the screen, and how many nodes there are, until all have come. */
export function watchMarkers(page: Page, count: number): Promise<void> {
  return page.evaluate(
    ({ marker, total }) =>
      new Promise<void>((resolve) => {
        const { shownAt, longTasks } = window.probe;
        shownAt.length = 0;
        longTasks.length = 0;
        window.probe.watchedFrom = performance.now();
        /** The number of the last marker in the last message, from its last text backwards. */
        const lastMarker = () => {
          const articles = document.querySelectorAll("article");
          const last = articles[articles.length - 1];
          if (last?.dataset.role !== "assistant") return -1;
          const walker = document.createTreeWalker(last, NodeFilter.SHOW_TEXT);
          let text = "";
          let node: Node | null = walker.lastChild();
          for (let deeper = node; deeper; deeper = walker.lastChild()) node = deeper;
          for (; node && text.length < 1500; node = walker.previousNode()) {
            text = `${node.textContent}${text}`;
            const at = text.lastIndexOf(marker);
            const found = at === -1 ? null : /^\d+/.exec(text.slice(at + 1));
            if (found) return Number(found[0]);
          }
          return -1;
        };
        let looking = false;
        const look = () => {
          looking = false;
          // To find what is on the screen takes a while, but it was there by now.
          const now = performance.timeOrigin + performance.now();
          const last = lastMarker();
          while (shownAt.length <= last) shownAt.push(now);
          if (shownAt.length < total) return;
          observer.disconnect();
          resolve();
        };
        const observer = new MutationObserver(() => {
          if (!looking) window.afterFrame(look);
          looking = true;
        });
        observer.observe(document, { childList: true, characterData: true, subtree: true });
      }),
    { marker: MARKER, total: count },
  );
}

/** Elements and texts in the document. */
export function countNodes(page: Page): Promise<number> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    let count = 0;
    while (walker.nextNode()) count += 1;
    return count;
  });
}

export interface Conditions {
  /** How many times slower than this machine's processor. */
  cpu?: number;
  network?: { kilobitsPerSecond: number; latencyMs: number };
}

export async function impose(page: Page, { cpu, network }: Conditions): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  if (cpu) await session.send("Emulation.setCPUThrottlingRate", { rate: cpu });
  if (network) {
    const bytesPerSecond = (network.kilobitsPerSecond * 1000) / 8;
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: network.latencyMs,
      downloadThroughput: bytesPerSecond,
      uploadThroughput: bytesPerSecond,
    });
  }
  return session;
}
