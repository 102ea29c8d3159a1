// Selection of several conversations in a list, with the mouse, the keyboard or a drag.
import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

/** The selected conversations of a list. */
export interface Selection {
  /** null outside selection mode. */
  readonly ids: ReadonlySet<string> | null;
  /** Selects a conversation, or takes it out; `extend` selects all from the one before to this. Begins selection mode. */
  readonly toggle: (id: string, extend: boolean) => void;
  /** Replaces the selection. */
  readonly set: (ids: Iterable<string>) => void;
  /** Ends selection mode. */
  readonly end: () => void;
  /** The same object in each render. */
  readonly drag: DragHandlers;
}

/** Handlers of a row's drag, and the conversations that it carries. */
export interface DragHandlers {
  /** The conversations that are dragged with a row: the selected ones, where it is one of them. */
  idsOf: (id: string) => readonly string[];
  onDropped: () => void;
}

/**
 * Selection in a list of `ids`, in their order on the screen. A range begins at the conversation that was selected last,
 * at first at `openId`. `container` has the rows, whose focus is kept when selection mode begins or ends.
 */
export function useSelection(
  ids: readonly string[],
  openId: string | null,
  container: RefObject<HTMLElement | null>,
): Selection {
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null);
  const last = useRef<string | null>(null);
  const shown = useRef({ ids, openId, selected });
  useLayoutEffect(() => {
    shown.current = { ids, openId, selected };
  });

  const toggle = useCallback((id: string, extend: boolean) => {
    const { ids: all, openId: open } = shown.current;
    const from = extend ? all.indexOf(last.current ?? open ?? "") : -1;
    const to = all.indexOf(id);
    last.current = id;
    setSelected((before) => {
      const next = new Set(before);
      if (from >= 0 && to >= 0)
        for (const other of all.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(other);
      else if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const set = useCallback((chosen: Iterable<string>) => setSelected(new Set(chosen)), []);
  const end = useCallback(() => setSelected(null), []);
  const [drag] = useState<DragHandlers>(() => ({
    idsOf: (id) => {
      const { selected: dragged } = shown.current;
      return dragged?.has(id) ? [...dragged] : [id];
    },
    onDropped: end,
  }));

  const isSelecting = selected !== null;
  // A link becomes a checkbox, and back: another element, which does not have the focus.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the mode changes
  useEffect(() => {
    if (document.activeElement === document.body && last.current !== null)
      focusRow(container.current, last.current);
    if (!isSelecting) last.current = null;
  }, [isSelecting]);

  return { ids: selected, toggle, set, end, drag };
}

/**
 * Keys of a list of rows: Shift with an arrow selects, Escape ends the selection, Ctrl or Cmd with A selects `ids`.
 * Returns whether the event was one of them.
 */
export function handleSelectionKey(
  event: KeyboardEvent,
  selection: Selection,
  ids: readonly string[],
  list: HTMLElement | null,
): boolean {
  const { key } = event;
  if (selection.ids && key === "Escape") {
    // The key neither stops a reply nor closes the drawer.
    event.stopPropagation();
    selection.end();
    return true;
  }
  if (selection.ids && key === "a" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    selection.set(ids);
    return true;
  }
  if (!event.shiftKey || (key !== "ArrowDown" && key !== "ArrowUp")) return false;
  const rows = rowsOf(list);
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const row = rows[at]?.dataset.row;
  const next = rows[at + (key === "ArrowDown" ? 1 : -1)];
  if (row === undefined || next?.dataset.row === undefined) return false;
  event.preventDefault();
  if (!selection.ids?.has(row)) selection.toggle(row, false);
  selection.toggle(next.dataset.row, true);
  next.focus();
  return true;
}

/** The links or checkboxes of a list's rows. */
export function rowsOf(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>("a[href], input[type=checkbox][data-row]") ?? [])];
}

function focusRow(list: HTMLElement | null, id: string): void {
  rowsOf(list)
    .find(({ dataset }) => dataset.row === id)
    ?.focus({ preventScroll: true });
}
