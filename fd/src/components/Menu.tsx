// Menus. The popup (Base UI and its positioning code, 44 kB compressed) is a chunk of its own, which is loaded when a
// trigger is pointed at, focused or pressed.
import {
  cloneElement,
  createElement,
  type FunctionComponent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  useId,
  useRef,
  useState,
} from "react";

type Popup = typeof import("./MenuPopup");

let popup: Popup | null = null;

async function loadPopup(): Promise<void> {
  popup ??= await import("./MenuPopup");
}

const preloadPopup = () => void loadPopup().catch(() => undefined);

/** A component of the popup's chunk. It is rendered by an open menu only, when the chunk is loaded. */
function popupComponent<Name extends keyof Popup>(name: Name): Popup[Name] {
  const render = (props: object) => {
    if (!popup) throw new Error(`${name} was rendered outside of a menu`);
    return createElement(popup[name] as FunctionComponent<object>, props);
  };
  return render as Popup[Name];
}

export const MenuItem = popupComponent("MenuItem");
export const MenuChoices = popupComponent("MenuChoices");
export const MenuChoice = popupComponent("MenuChoice");
export const MenuCheck = popupComponent("MenuCheck");
export const MenuSeparator = popupComponent("MenuSeparator");

interface TriggerProps {
  id?: string;
  "aria-label"?: string;
}

/** A menu that opens from `trigger`, an element that accepts a ref and button props. */
export function Menu({
  trigger,
  align = "start",
  side = "bottom",
  children,
}: {
  trigger: ReactElement<TriggerProps>;
  align?: "start" | "end";
  side?: "top" | "bottom";
  children: ReactNode;
}) {
  const generatedId = useId();
  const id = trigger.props.id ?? generatedId;
  const anchor = useRef<HTMLElement>(null);
  const [opened, setOpened] = useState<{ by: "keyboard" | "pointer" } | null>(null);

  const toggle = async (by: "keyboard" | "pointer") => {
    if (opened) return setOpened(null);
    // Offline, or after a deployment that removed the file: the next press tries again.
    await loadPopup().catch(() => undefined);
    if (popup) setOpened({ by });
  };

  const props = {
    id,
    ref: anchor,
    "aria-haspopup": "menu",
    "aria-expanded": opened !== null,
    "data-popup-open": opened ? "" : undefined,
    onPointerEnter: preloadPopup,
    onFocus: preloadPopup,
    // A click without a pointer has no detail: Enter, Space or an assistive technology.
    onClick: ({ detail }: MouseEvent) => void toggle(detail === 0 ? "keyboard" : "pointer"),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "ArrowDown" || opened) return;
      event.preventDefault();
      void toggle("keyboard");
    },
  };
  return (
    <>
      {cloneElement(trigger, props)}
      {opened && popup && (
        <popup.MenuPopup
          anchor={anchor}
          align={align}
          side={side}
          labelledBy={id}
          focusFirst={opened.by === "keyboard"}
          onClose={() => setOpened(null)}
        >
          {children}
        </popup.MenuPopup>
      )}
    </>
  );
}
