// Keeps in the document what is near the screen, and the reader where they are: at the end while it grows, until they
// scroll up, and elsewhere at what they are reading, whatever becomes of the heights around it.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import {
  approach,
  followRows,
  layOut,
  rowsAtEnd,
  rowsBetween,
  type Segment,
  type Span,
  sameSpan,
} from "./message-window";

/** This close to the end, in px, counts as being there. */
const TOLERANCE = 40;
/** Height around the screen, in px, whose rows are in the document as well. */
const OVERSCAN = 600;
/** As many of those are added in a frame, at each end, so that no frame is late. */
const ROWS_A_FRAME = 2;
/** Parts of a row that come and go on their own. */
const PARTS = "[data-part]";
/** Whether the browser itself keeps what is read in its place. */
const KEEPS_PLACE = CSS.supports("overflow-anchor", "auto");
/** Rows that stay wherever the reader goes: with the focus in them, or with text that is not sent. */
const KEPT = ":focus-within, :has([data-unsaved])";

export interface MessageWindow {
  scroller: RefObject<HTMLElement | null>;
  /** The element whose children are the segments. */
  list: RefObject<HTMLDivElement | null>;
  segments: readonly Segment[];
  span: Span;
  /** To be the `ref` of each row's element, which has its key as `data-key`. */
  observe: (element: HTMLElement | null) => (() => void) | undefined;
  atEnd: boolean;
  toEnd: () => void;
}

interface View {
  readonly keys: readonly string[];
  readonly span: Span;
  readonly kept: readonly string[];
}

interface Layout {
  readonly keys: readonly string[];
  readonly indexes: ReadonlyMap<string, number>;
  readonly heights: number[];
}

/**
 * `keys` name the rows, in their order. `resetKey` is what is shown: something else begins at its end. `estimate` is
 * the probable height, in px, of the row at an index.
 */
export function useMessageWindow(
  keys: readonly string[],
  resetKey: string,
  estimate: (index: number) => number,
): MessageWindow {
  const scroller = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [position] = useState(() => new ReadingPosition(scroller, list));
  const { heights } = position.layoutOf(keys, estimate);
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

/** Where the reader is, as far as the document tells; what of it must be rendered goes to React. */
class ReadingPosition {
  readonly #scroller: RefObject<HTMLElement | null>;
  readonly #list: RefObject<HTMLDivElement | null>;
  readonly #measured = new Map<string, number>();
  readonly #rows = new Map<string, HTMLElement>();
  readonly #observer: ResizeObserver;
  #view: View = { keys: [], span: { first: 0, last: 0 }, kept: [] };
  #layout: Layout = { keys: [], indexes: new Map(), heights: [] };
  #estimate: (index: number) => number = () => 0;
  #setView: (view: View) => void = () => undefined;
  #setAtEnd: (atEnd: boolean) => void = () => undefined;
  #following = true;
  #lastTop = 0;
  #frame = 0;
  /** What is read, a row or a part of it, and its offset from the list's top. */
  #anchor: { element: HTMLElement; offset: number } | null = null;

  constructor(scroller: RefObject<HTMLElement | null>, list: RefObject<HTMLDivElement | null>) {
    this.#scroller = scroller;
    this.#list = list;
    // Runs between layout and paint, so that the end never leaves the screen for a frame.
    this.#observer = new ResizeObserver((entries) => this.#onResize(entries));
  }

  /** Where each row is and how high. Made once for the same keys: rows are many, and a growing one is measured in every frame. */
  layoutOf(keys: readonly string[], estimate = this.#estimate): Layout {
    this.#estimate = estimate;
    if (this.#layout.keys !== keys) {
      this.#layout = {
        keys,
        indexes: new Map(keys.map((key, index) => [key, index])),
        heights: keys.map((key, index) => this.#measured.get(key) ?? estimate(index)),
      };
    }
    return this.#layout;
  }

  /** What React has rendered. */
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
    scroller.addEventListener("scroll", onScroll, { passive: true });
    this.#observer.observe(scroller);
    this.#observer.observe(list);
    return () => {
      scroller.removeEventListener("scroll", onScroll);
      this.#observer.unobserve(scroller);
      this.#observer.unobserve(list);
      cancelAnimationFrame(this.#frame);
    };
  }

  observe(element: HTMLElement): () => void {
    const key = element.dataset.key as string;
    this.#rows.set(key, element);
    this.#observer.observe(element);
    return () => {
      this.#rows.delete(key);
      this.#observer.unobserve(element);
    };
  }

  /** Goes to the end, and stays there. */
  toEnd(): void {
    this.followFromNow();
    const scroller = this.#scroller.current;
    if (!scroller) return;
    this.#goToEnd(scroller);
    this.#refresh();
  }

  #goToEnd(scroller: HTMLElement): void {
    const end = scroller.scrollHeight - scroller.clientHeight;
    scroller.scrollTop = end;
    // Noted before its event comes: a reader who scrolls up meanwhile would seem to have come down.
    this.#lastTop = end;
  }

  /** The same when what is new has been laid out; to ask for its height sooner would have it laid out twice. */
  followFromNow(): void {
    this.#setFollowing(true);
    this.#setAtEnd(true);
  }

  #setFollowing(following: boolean): void {
    this.#following = following;
    // The browser's own way of keeping what is read in its place would pull away from the end.
    const scroller = this.#scroller.current;
    if (scroller) scroller.style.overflowAnchor = following ? "none" : "auto";
  }

  #onScroll(scroller: HTMLElement): void {
    const distance = distanceToEnd(scroller);
    // Only the reader moves away from the end: growing content leaves the position, following moves it down, and
    // content that shrinks ends up at its end.
    if (scroller.scrollTop < this.#lastTop && distance > 1) this.#setFollowing(false);
    else if (scroller.scrollTop > this.#lastTop && distance <= TOLERANCE) this.#setFollowing(true);
    this.#lastTop = scroller.scrollTop;
    this.#setAtEnd(distance <= TOLERANCE || this.#following);
    this.#refresh();
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
    this.#refresh();
  }

  /** Where the browser does not keep what is read in its place, it is put back there. */
  #holdAnchor(scroller: HTMLElement): void {
    const list = this.#list.current;
    if (!list || !this.#anchor?.element.isConnected) return;
    scroller.scrollTop += offsetIn(list, this.#anchor.element) - this.#anchor.offset;
  }

  /** Takes rows into the document and out of it, as the place on the screen demands. */
  #refresh(): void {
    const scroller = this.#scroller.current;
    const list = this.#list.current;
    if (!scroller || !list) return;
    const { keys, span, kept } = this.#view;
    const { heights, indexes } = this.layoutOf(keys);
    const top = scroller.scrollTop - list.offsetTop;
    const bottom = top + scroller.clientHeight;
    const needed = rowsBetween(heights, top, bottom);
    const wanted = rowsBetween(heights, top - OVERSCAN, bottom + OVERSCAN);
    let next = approach(span, needed, wanted, ROWS_A_FRAME);
    // What is selected can be copied only while it is there.
    if (selects(list))
      next = { first: Math.min(span.first, next.first), last: Math.max(span.last, next.last) };
    const outside = (key: string) => {
      const index = indexes.get(key);
      return index !== undefined && (index < next.first || index >= next.last);
    };
    const keep = [...this.#rows].flatMap(([key, row]) => (outside(key) && row.matches(KEPT) ? [key] : []));
    if (!KEEPS_PLACE) this.#anchor = this.#read(list, top, keys, needed);
    if (!sameSpan(span, next) || String(keep) !== String(kept)) {
      this.#view = { keys, span: next, kept: keep };
      this.#setView(this.#view);
    }
    cancelAnimationFrame(this.#frame);
    if (next.first > wanted.first || next.last < wanted.last)
      this.#frame = requestAnimationFrame(() => this.#refresh());
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
  return selection !== null && !selection.isCollapsed && element.contains(selection.anchorNode);
}
