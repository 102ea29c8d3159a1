import { type ReactNode, useLayoutEffect, useRef, useState } from "react";

/** Lists that are longer have only the rows near the screen in the document. */
const MAX_ROWS = 120;
/** Distance in px from the screen up to which rows are in the document. */
const MARGIN = 1000;
/** The window moves in steps of so many rows. */
const STEP = 20;

/** The position of a row in a list of which the document has a part. */
export type RowPosition = { "aria-setsize"?: number; "aria-posinset"?: number };

/** The same object in each render, as the rows are memoized. */
const EVERY_ROW: RowPosition = {};

/** A list of rows of equal height, of which those far from the screen are left out. */
export function WindowedRows<T>({
  items,
  label,
  margin = MARGIN,
  children,
}: {
  items: readonly T[];
  label?: string;
  /** In px, less than MARGIN for a list that scrolls by itself. */
  margin?: number;
  /** Renders a row; `position`: attributes for assistive technology where the document does not have all rows. */
  children: (item: T, position: RowPosition) => ReactNode;
}) {
  const list = useRef<HTMLUListElement>(null);
  const isLong = items.length > MAX_ROWS;
  const count = items.length;
  const [{ start, end, pitch }, setWindow] = useState({ start: 0, end: MAX_ROWS, pitch: 0 });

  useLayoutEffect(() => {
    if (!isLong) return;
    const update = () => {
      const element = list.current;
      const [first, second] = [...(element?.children ?? [])];
      if (!element || !first || !second) return;
      const height = second.getBoundingClientRect().top - first.getBoundingClientRect().top;
      if (height <= 0) return;
      const top = element.getBoundingClientRect().top;
      const from = Math.max(0, Math.min(count - STEP, stepOf((-margin - top) / height)));
      const to = stepOf((window.innerHeight + margin - top) / height) + STEP;
      setWindow((before) =>
        before.start === from && before.end === to && before.pitch === height
          ? before
          : { start: from, end: Math.max(to, from + STEP), pitch: height },
      );
    };
    update();
    // Scroll events do not bubble: the scroller is one of the ancestors.
    const options = { capture: true, passive: true };
    document.addEventListener("scroll", update, options);
    window.addEventListener("resize", update);
    return () => {
      document.removeEventListener("scroll", update, options);
      window.removeEventListener("resize", update);
    };
  }, [isLong, count, margin]);

  const [from, to] = isLong ? [start, Math.min(end, count)] : [0, count];
  return (
    <ul
      ref={list}
      aria-label={label}
      className="flex flex-col gap-px"
      style={isLong ? { paddingTop: from * pitch, paddingBottom: (count - to) * pitch } : undefined}
    >
      {items
        .slice(from, to)
        .map((item, index) =>
          children(item, isLong ? { "aria-setsize": count, "aria-posinset": from + index + 1 } : EVERY_ROW),
        )}
    </ul>
  );
}

function stepOf(row: number): number {
  return Math.floor(row / STEP) * STEP;
}
