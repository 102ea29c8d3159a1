// Window and scroll position of the message list: renders the rows near the screen first and the other loaded rows when
// the page is idle, follows the end while it grows, until the reader scrolls up, and otherwise keeps the read content in
// place while heights around it change.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { whenIdle } from "@/tasks";
import {
  approach,
  extendByLoaded,
  followRows,
  includes,
  layOut,
  rowsAtEnd,
  rowsBetween,
  type Segment,
  type Span,
  sameSpan,
} from "./message-window";

/** Distance to the end, in px, that counts as being at the end. */
const TOLERANCE = 40;
/** Overscan: height around the screen, in px, whose rows are rendered without waiting for idle time. */
const OVERSCAN = 600;
/** Maximum number of rows added at each end per frame, or per idle period, so that no frame is late. */
const ROWS_A_STEP = 2;
/** Maximum number of rows in the document. Their layout is skipped off the screen (`content-visibility`). */
const MAX_ROWS = 300;
/** Parts of a row, one of which is the scroll anchor. */
const PARTS = "[data-part]";
/** Whether the browser supports scroll anchoring. */
const HAS_SCROLL_ANCHORING = CSS.supports("overflow-anchor", "auto");
/** Elements in which Home and End do not scroll the list. */
const OWN_KEYS = "input, textarea, select, pre";
/** Rows that always stay in the document: with the focus, or with unsent text. */
const KEPT = ":focus-within, :has([data-unsaved])";

export interface MessageWindow {
  scroller: RefObject<HTMLElement | null>;
  /** The element whose children are the segments. */
  list: RefObject<HTMLDivElement | null>;
  segments: readonly Segment[];
  span: Span;
  /** The `ref` of each row's element, which has its key as `data-key`. */
  observe: (element: HTMLElement | null) => (() => void) | undefined;
  atEnd: boolean;
  toEnd: () => void;
}

interface View {
  readonly keys: readonly string[];
  readonly span: Span;
  readonly kept: readonly string[];
}

/** Properties of the rows by index. */
export interface RowSource {
  /** The estimated height in px. */
  estimate: (index: number) => number;
  /** Whether the row has its content. */
  isLoaded: (index: number) => boolean;
  /** Whether a row is growing: rows far from the screen are added afterwards, so that its frames are not late. */
  isGrowing: () => boolean;
}

interface Layout {
  readonly keys: readonly string[];
  readonly indexes: ReadonlyMap<string, number>;
  readonly heights: number[];
}

/**
 * `keys`: the rows, in order. `resetKey`: identifies the shown content; a new one starts at its end. `loads`: changes when
 * rows have been loaded, or the last one has stopped growing.
 */
export function useMessageWindow(
  keys: readonly string[],
  resetKey: string,
  loads: string,
  source: RowSource,
): MessageWindow {
  const scroller = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [position] = useState(() => new ReadingPosition(scroller, list, source));
  const { heights } = position.layoutOf(keys, source);
  const atTheEnd = (): View => ({ keys, span: rowsAtEnd(heights, window.innerHeight), kept: [] });
  const [view, setView] = useState(atTheEnd);
  const [atEnd, setAtEnd] = useState(true);

  let shown = view;
  if (view.keys !== keys) {
    const span = followRows(view.span, view.keys, keys);
    shown = span ? { keys, span, kept: view.kept.filter((key) => keys.includes(key)) } : atTheEnd();
    setView(shown);
  }

  useLayoutEffect(() => {
    position.show(shown, setView, setAtEnd);
  });

  const toEnd = useCallback(() => position.toEnd(), [position]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new key is the reason to jump
  useLayoutEffect(() => position.followFromNow(), [position, resetKey]);
  useEffect(() => position.connect(), [position]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: loaded rows extend the window
  useEffect(() => position.refresh(), [position, loads]);

  const observe = useCallback(
    (element: HTMLElement | null) => (element ? position.observe(element) : undefined),
    [position],
  );
  const kept = shown.kept.map((key) => keys.indexOf(key));
  return {
    scroller,
    list,
    segments: layOut(heights, shown.span, kept),
    span: shown.span,
    observe,
    atEnd,
    toEnd,
  };
}

/** The reader's position in the document. Passes the rows to render to React. */
class ReadingPosition {
  readonly #scroller: RefObject<HTMLElement | null>;
  readonly #list: RefObject<HTMLDivElement | null>;
  readonly #measured = new Map<string, number>();
  readonly #rows = new Map<string, HTMLElement>();
  readonly #observer: ResizeObserver;
  #view: View = { keys: [], span: { first: 0, last: 0 }, kept: [] };
  #layout: Layout = { keys: [], indexes: new Map(), heights: [] };
  #source: RowSource;
  #setView: (view: View) => void = () => undefined;
  #setAtEnd: (atEnd: boolean) => void = () => undefined;
  #following = true;
  #lastTop = 0;
  #frame = 0;
  #waitsForIdle = false;
  /** The scroll anchor: the row, or its part, that is read, and its offset from the list's top. */
  #anchor: { element: HTMLElement; offset: number } | null = null;

  constructor(
    scroller: RefObject<HTMLElement | null>,
    list: RefObject<HTMLDivElement | null>,
    source: RowSource,
  ) {
    this.#scroller = scroller;
    this.#list = list;
    this.#source = source;
    // Runs between layout and paint, so that the end stays on the screen in every frame.
    this.#observer = new ResizeObserver((entries) => this.#onResize(entries));
  }

  /** Position and height of each row. Cached by keys: there are many rows, and a growing one is measured in every frame. */
  layoutOf(keys: readonly string[], source = this.#source): Layout {
    this.#source = source;
    if (this.#layout.keys !== keys) {
      this.#layout = {
        keys,
        indexes: new Map(keys.map((key, index) => [key, index])),
        heights: keys.map((key, index) => this.#measured.get(key) ?? source.estimate(index)),
      };
    }
    return this.#layout;
  }

  /** Called after React has rendered. */
  show(view: View, setView: (view: View) => void, setAtEnd: (atEnd: boolean) => void): void {
    this.#view = view;
    this.#setView = setView;
    this.#setAtEnd = setAtEnd;
  }

  connect(): () => void {
    const scroller = this.#scroller.current;
    const list = this.#list.current;
    if (!scroller || !list) return () => undefined;
    const onScroll = () => this.#onScroll(scroller);
    const onPrint = () => this.#showAll();
    const onKeyDown = (event: KeyboardEvent) => this.#showOthers(event);
    const onJump = (event: KeyboardEvent) => this.#jump(scroller, event);
    scroller.addEventListener("scroll", onScroll, { passive: true });
    scroller.addEventListener("keydown", onJump);
    window.addEventListener("beforeprint", onPrint);
    window.addEventListener("keydown", onKeyDown, { capture: true });
    this.#observer.observe(scroller);
    this.#observer.observe(list);
    return () => {
      scroller.removeEventListener("scroll", onScroll);
      scroller.removeEventListener("keydown", onJump);
      window.removeEventListener("beforeprint", onPrint);
      window.removeEventListener("keydown", onKeyDown, { capture: true });
      this.#observer.unobserve(scroller);
      this.#observer.unobserve(list);
      cancelAnimationFrame(this.#frame);
    };
  }

  observe(element: HTMLElement): () => void {
    const key = element.dataset.key as string;
    this.#rows.set(key, element);
    const height = this.#measured.get(key) ?? this.#source.estimate(this.#layout.indexes.get(key) ?? 0);
    // The height without its padding, until the row has been laid out; then the browser uses its last height.
    element.style.containIntrinsicBlockSize = `auto calc(${height}px - 1.5rem)`;
    this.#observer.observe(element);
    return () => {
      this.#rows.delete(key);
      this.#observer.unobserve(element);
    };
  }

  /** Scrolls to the end and follows it. */
  toEnd(): void {
    this.followFromNow();
    const scroller = this.#scroller.current;
    if (!scroller) return;
    this.#goToEnd(scroller);
    this.refresh();
  }

  /** Jumps by Home and End: rows that get their height meanwhile would end the browser's smooth scroll on the way. */
  #jump(scroller: HTMLElement, event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || event.shiftKey) return;
    if (event.target instanceof Element && event.target.matches(OWN_KEYS)) return;
    if (event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    if (event.key === "End") this.toEnd();
    else scroller.scrollTop = 0;
  }

  #goToEnd(scroller: HTMLElement): void {
    const end = scroller.scrollHeight - scroller.clientHeight;
    scroller.scrollTop = end;
    // Set before the scroll event: otherwise a reader who scrolls up meanwhile would seem to have scrolled down.
    this.#lastTop = end;
  }

  /** Scrolls to the end after the next layout; reading the height earlier would force a second layout. */
  followFromNow(): void {
    this.#setFollowing(true);
    this.#setAtEnd(true);
  }

  #setFollowing(following: boolean): void {
    this.#following = following;
    // The browser's scroll anchoring would move the position away from the end.
    const scroller = this.#scroller.current;
    if (scroller) scroller.style.overflowAnchor = following ? "none" : "auto";
  }

  #onScroll(scroller: HTMLElement): void {
    const distance = distanceToEnd(scroller);
    // Only the reader can move away from the end: growing content does not change the position, following moves it
    // down, and shrinking content stays at its end.
    if (scroller.scrollTop < this.#lastTop && distance > 1) this.#setFollowing(false);
    else if (scroller.scrollTop > this.#lastTop && distance <= TOLERANCE) this.#setFollowing(true);
    this.#lastTop = scroller.scrollTop;
    this.#setAtEnd(distance <= TOLERANCE || this.#following);
    this.refresh();
  }

  #onResize(entries: readonly ResizeObserverEntry[]): void {
    for (const { target, borderBoxSize } of entries) {
      const key = target instanceof HTMLElement ? target.dataset.key : undefined;
      if (key === undefined) continue;
      const height = borderBoxSize[0]?.blockSize ?? 0;
      this.#measured.set(key, height);
      const index = this.#layout.indexes.get(key);
      if (index !== undefined) this.#layout.heights[index] = height;
    }
    const scroller = this.#scroller.current;
    if (!scroller) return;
    if (this.#following) this.#goToEnd(scroller);
    else {
      this.#holdAnchor(scroller);
      this.#setAtEnd(distanceToEnd(scroller) <= TOLERANCE);
    }
    this.refresh();
  }

  /** Restores the anchor's position in browsers without scroll anchoring. */
  #holdAnchor(scroller: HTMLElement): void {
    const list = this.#list.current;
    if (!list || !this.#anchor?.element.isConnected) return;
    const moved = offsetIn(list, this.#anchor.element) - this.#anchor.offset;
    // Setting the position ends a smooth scroll.
    if (Math.abs(moved) >= 1) scroller.scrollTop += moved;
  }

  /** Adds every row, for printing, which is synchronous. The next scrolling limits the window again. */
  #showAll(): void {
    const { keys } = this.#view;
    flushSync(() => this.#setView({ keys, span: { first: 0, last: keys.length }, kept: [] }));
  }

  /** Adds and removes rows of the document according to the scroll position; `idle`: rows far from the screen, too. */
  refresh(idle = false): void {
    const scroller = this.#scroller.current;
    const list = this.#list.current;
    if (!scroller || !list) return;
    const { keys, span, kept } = this.#view;
    const { heights, indexes } = this.layoutOf(keys);
    const top = scroller.scrollTop - list.offsetTop;
    const bottom = top + scroller.clientHeight;
    const needed = rowsBetween(heights, top, bottom);
    const near = rowsBetween(heights, top - OVERSCAN, bottom + OVERSCAN);
    const wanted = extendByLoaded(near, keys.length, this.#source.isLoaded, MAX_ROWS);
    const step = idle || !includes(span, near) ? ROWS_A_STEP : 0;
    let next = approach(span, needed, wanted, step);
    // A selection can be copied only while it is in the document.
    if (selects(list))
      next = { first: Math.min(span.first, next.first), last: Math.max(span.last, next.last) };
    const outside = (key: string) => {
      const index = indexes.get(key);
      return index !== undefined && (index < next.first || index >= next.last);
    };
    const keep = [...this.#rows].flatMap(([key, row]) => (outside(key) && row.matches(KEPT) ? [key] : []));
    if (!HAS_SCROLL_ANCHORING) this.#anchor = this.#read(list, top, keys, needed);
    if (!sameSpan(span, next) || String(keep) !== String(kept)) {
      this.#view = { keys, span: next, kept: keep };
      this.#setView(this.#view);
    }
    cancelAnimationFrame(this.#frame);
    if (!includes(next, near)) this.#frame = requestAnimationFrame(() => this.refresh());
    else if (!includes(next, wanted) && !this.#source.isGrowing()) this.#refreshWhenIdle();
  }

  /** Adds the other rows at once, for the browser's search and "select all". */
  #showOthers(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || !["f", "a"].includes(event.key.toLowerCase())) return;
    if (!this.#source.isGrowing()) return;
    const { keys, span, kept } = this.#view;
    const others = extendByLoaded(span, keys.length, this.#source.isLoaded, MAX_ROWS);
    if (!sameSpan(span, others)) flushSync(() => this.#setView({ keys, span: others, kept }));
  }

  #refreshWhenIdle(): void {
    if (this.#waitsForIdle) return;
    this.#waitsForIdle = true;
    whenIdle(() => {
      this.#waitsForIdle = false;
      this.refresh(true);
    });
  }

  #read(list: HTMLElement, top: number, keys: readonly string[], { first, last }: Span) {
    const row = keys.slice(first, last).flatMap((key) => this.#rows.get(key) ?? [])[0];
    if (!row) return null;
    const parts = [...row.querySelectorAll<HTMLElement>(PARTS)];
    const element = parts.find((part) => offsetIn(list, part) + part.offsetHeight > top) ?? row;
    return { element, offset: offsetIn(list, element) };
  }
}

function offsetIn(list: HTMLElement, element: HTMLElement): number {
  return element.getBoundingClientRect().top - list.getBoundingClientRect().top;
}

function distanceToEnd(element: HTMLElement): number {
  return element.scrollHeight - element.clientHeight - element.scrollTop;
}

function selects(element: HTMLElement): boolean {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(element, true);
}
