// Measurements inside the page. Each time is taken after a frame, so that it includes rendering.
import type { CDPSession, Page } from "playwright-core";

/** Results of the probe in the page. Times are in ms, since the navigation or since the epoch, as noted. */
interface Probe {
  /** Time since the navigation at which a composer first accepted input. */
  ready: number | null;
  /** Time since the navigation at which the application's composer accepted input. */
  running: number | null;
  /** Time of the last mouse press since the navigation. */
  pressed: number;
  /** For each marker of the streamed text, the time since the epoch at which it was on the screen. */
  shownAt: number[];
  /** Main thread tasks of more than 50 ms while markers are watched; browsers do not report shorter ones. */
  longTasks: number[];
  /** Start of the marker watch, since the navigation. */
  watchedFrom: number;
}

declare global {
  interface Window {
    probe: Probe;
    afterFrame: (act: () => void) => void;
    /** In the floor's page: requests a reply. */
    ask: () => Promise<void>;
  }
}

/** Prefix of the numbers that mark parts of a reply. */
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

/** Time from the mouse press until a text is at the end of the messages, in ms. */
export function timeToText(page: Page, text: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve, reject) => {
        const start = performance.now();
        const search = () => {
          if (performance.now() - start > 20_000) reject(new Error(`"${wanted}" does not appear`));
          const list = document.querySelector("section[tabindex='0']");
          const last = list?.querySelector("article:last-of-type");
          const atEnd = list && list.scrollHeight - list.clientHeight - list.scrollTop < 3;
          if (atEnd && last?.textContent?.includes(wanted)) {
            window.afterFrame(() => resolve(performance.now() - window.probe.pressed));
          } else requestAnimationFrame(search);
        };
        search();
      }),
    text,
  );
}

/** Records when markers appear on the screen, and the number of nodes, until all have appeared. */
export function watchMarkers(page: Page, count: number): Promise<void> {
  return page.evaluate(
    ({ marker, total }) =>
      new Promise<void>((resolve) => {
        const { shownAt, longTasks } = window.probe;
        shownAt.length = 0;
        longTasks.length = 0;
        window.probe.watchedFrom = performance.now();
        /** The number of the last marker in the last message. */
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
        let searching = false;
        const search = () => {
          searching = false;
          // Searching takes a while, so use the time of the frame.
          const now = performance.timeOrigin + performance.now();
          const last = lastMarker();
          while (shownAt.length <= last) shownAt.push(now);
          if (shownAt.length < total) return;
          observer.disconnect();
          resolve();
        };
        const observer = new MutationObserver(() => {
          if (!searching) window.afterFrame(search);
          searching = true;
        });
        observer.observe(document, { childList: true, characterData: true, subtree: true });
      }),
    { marker: MARKER, total: count },
  );
}

/** Number of elements and text nodes in the document. */
export function countNodes(page: Page): Promise<number> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    let count = 0;
    while (walker.nextNode()) count += 1;
    return count;
  });
}

export interface Conditions {
  /** Slowdown factor of the processor. */
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
