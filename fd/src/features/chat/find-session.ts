// Finding a phrase in a conversation: in the rendered messages by their text, in the loaded ones by their Markdown, and in
// the others by the backend. The marks are highlights of the browser (CSS Custom Highlight API), which change no element.
import type { ConversationController } from "./conversation-controller";
import { textOf } from "./conversation-state";
import { countIn, phrasePattern, rangesIn } from "./find-ranges";
import { scrollToMessage } from "./scroll-to-message";

export interface FindStatus {
  /** The number of occurrences in the shown branch. */
  readonly total: number;
  /** The position of the current one, from 1; 0 before the first. */
  readonly current: number;
  /** Whether the backend or a message is awaited. */
  readonly busy: boolean;
  /** Whether messages that are not loaded could not be searched. */
  readonly failed: boolean;
}

/** Names of the highlights in styles.css. */
const MARKS = "find";
const CURRENT_MARK = "find-current";
/** Delay of the search after the last keystroke, and its maximum frequency while a reply grows, in ms. */
const DELAY_MS = 150;

interface Occurrence {
  readonly key: string;
  /** Position in its message, from 0. */
  readonly index: number;
}

export class FindSession {
  readonly #controller: ConversationController;
  readonly #report: (status: FindStatus) => void;
  readonly #unsubscribe: () => void;
  #pattern: RegExp | null = null;
  /** Occurrences in messages by id, as the backend counts them. */
  #stored: ReadonlyMap<string, number> = new Map();
  #current: Occurrence | null = null;
  #busy = false;
  #failed = false;
  #search = new AbortController();
  #scrolling = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(controller: ConversationController, report: (status: FindStatus) => void) {
    this.#controller = controller;
    this.#report = report;
    this.#unsubscribe = controller.store.subscribe(() => {
      if (this.#pattern) this.#timer ??= setTimeout(() => this.#refresh(), DELAY_MS);
    });
  }

  /** Finds a phrase, and goes to its first occurrence below the top of the screen. */
  find(phrase: string): void {
    this.#search.abort();
    this.#scrolling.abort();
    this.#search = new AbortController();
    this.#pattern = phrasePattern(phrase);
    this.#stored = new Map();
    this.#current = null;
    this.#failed = false;
    this.#busy = this.#pattern !== null && this.#misses();
    this.#refresh();
    if (this.#pattern) void this.#findFrom(phrase.trim(), this.#search.signal);
  }

  /** Goes to the next or previous occurrence, and from the last to the first. */
  go(step: 1 | -1): void {
    const all = this.#occurrences();
    if (all.length === 0) return;
    const at = this.#positionIn(all);
    void this.#show(all[(at + step + all.length) % all.length] as Occurrence);
  }

  end(): void {
    this.#unsubscribe();
    clearTimeout(this.#timer);
    this.#search.abort();
    this.#scrolling.abort();
    CSS.highlights.delete(MARKS);
    CSS.highlights.delete(CURRENT_MARK);
  }

  async #findFrom(phrase: string, signal: AbortSignal): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, DELAY_MS));
    // Until then the branch has only its end.
    await this.#controller.load();
    if (signal.aborted) return;
    if (this.#misses()) {
      const found = await this.#controller.findPhrase(phrase, signal).catch(() => null);
      if (signal.aborted) return;
      this.#failed = found === null;
      this.#stored = found ?? new Map();
    }
    this.#busy = false;
    const all = this.#occurrences();
    const visible = this.#firstVisibleKey();
    const { keys } = this.#controller.store.getState();
    const first = all.find(({ key }) => keys.indexOf(key) >= keys.indexOf(visible ?? "")) ?? all[0];
    if (first) await this.#show(first);
    else this.#refresh();
  }

  /** Whether messages of the shown branch are not loaded, or not known yet. */
  #misses(): boolean {
    const { history, path, messages } = this.#controller.store.getState();
    return history === "loading" || path.some((id) => messages.get(id)?.status === "unloaded");
  }

  #rendered(): ReadonlyMap<string, HTMLElement> {
    const rows = document.querySelectorAll<HTMLElement>(
      '[role="feed"] [data-key]:not([data-status="unloaded"])',
    );
    return new Map([...rows].map((row) => [row.dataset.key ?? "", row]));
  }

  #firstVisibleKey(): string | undefined {
    const top = document.querySelector('[role="feed"]')?.closest("section")?.getBoundingClientRect().top ?? 0;
    for (const [key, row] of this.#rendered()) if (row.getBoundingClientRect().bottom > top) return key;
    return undefined;
  }

  /** All occurrences in the shown branch, in order. */
  #occurrences(rendered = this.#rendered()): Occurrence[] {
    const pattern = this.#pattern;
    if (!pattern) return [];
    const { path, messages } = this.#controller.store.getState();
    return path.flatMap((id) => {
      const message = messages.get(id);
      if (!message) return [];
      const row = rendered.get(message.key);
      let count = this.#stored.get(id) ?? 0;
      if (row) count = rangesIn(row, pattern).length;
      else if (message.status !== "unloaded") count = countIn(textOf(message.content), pattern);
      return Array.from({ length: count }, (_, index) => ({ key: message.key, index }));
    });
  }

  #positionIn(all: readonly Occurrence[]): number {
    const current = this.#current;
    if (!current) return -1;
    const at = all.findIndex(({ key, index }) => key === current.key && index === current.index);
    // Once a message is rendered, it can have fewer occurrences than its Markdown.
    return at === -1 ? all.findLastIndex(({ key }) => key === current.key) : at;
  }

  async #show(occurrence: Occurrence): Promise<void> {
    this.#scrolling.abort();
    this.#scrolling = new AbortController();
    const { signal } = this.#scrolling;
    this.#current = occurrence;
    this.#busy = true;
    this.#refresh();
    const keys = () => this.#controller.store.getState().keys;
    const message = await scrollToMessage(keys, occurrence.key, signal);
    if (signal.aborted) return;
    this.#busy = false;
    const ranges = message && this.#pattern ? rangesIn(message, this.#pattern) : [];
    const range = ranges[Math.min(occurrence.index, ranges.length - 1)];
    if (range) scrollToRange(range);
    this.#refresh();
  }

  /** Counts and marks again: messages were loaded, rendered, or have changed. */
  #refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rendered = this.#rendered();
    const all = this.#occurrences(rendered);
    const current = this.#positionIn(all);
    const ranges: Range[] = [];
    const currentRanges: Range[] = [];
    for (const [key, row] of rendered) {
      if (!this.#pattern) break;
      for (const [index, range] of rangesIn(row, this.#pattern).entries()) {
        const isCurrent = key === all[current]?.key && index === all[current]?.index;
        (isCurrent ? currentRanges : ranges).push(range);
      }
    }
    CSS.highlights.set(MARKS, new Highlight(...ranges));
    CSS.highlights.set(CURRENT_MARK, new Highlight(...currentRanges));
    this.#report({ total: all.length, current: current + 1, busy: this.#busy, failed: this.#failed });
  }
}

/** Scrolls a range to the middle of the message list. */
function scrollToRange(range: Range): void {
  const element = range.startContainer.parentElement;
  const scroller = element?.closest("section[tabindex]");
  if (!element || !scroller) return;
  // Scrollers within the message, such as wide code.
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  const { top, height } = range.getBoundingClientRect();
  const area = scroller.getBoundingClientRect();
  scroller.scrollTop += top + height / 2 - (area.top + area.height / 2);
}
