// The popup of a menu and its items; loaded by Menu.tsx.
import { Menu as BaseMenu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import { useLayer } from "./layers";

/** An open menu beside `anchor`. `focusFirst`: highlights the first item, for menus that are opened by keyboard. */
export function MenuPopup({
  anchor,
  align,
  side,
  labelledBy,
  focusFirst,
  onClose,
  children,
}: {
  anchor: RefObject<HTMLElement | null>;
  align: "start" | "end";
  side: "top" | "bottom";
  labelledBy: string;
  focusFirst: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  const popup = useRef<HTMLDivElement>(null);
  useLayer(true, onClose);
  useEffect(
    () => () => {
      const trigger = anchor.current;
      // An item may have focused something itself, such as a field to rename.
      if (document.activeElement === document.body) trigger?.focus();
    },
    [anchor],
  );
  // The end of the long press that opened the menu is no press outside of it.
  const pressed = useRef(false);
  useEffect(() => {
    const onPointerDown = () => {
      pressed.current = true;
    };
    document.addEventListener("pointerdown", onPointerDown, { capture: true });
    return () => document.removeEventListener("pointerdown", onPointerDown, { capture: true });
  }, []);
  return (
    <BaseMenu.Root
      open
      modal={false}
      onOpenChangeComplete={() => {
        if (focusFirst) popup.current?.querySelector<HTMLElement>("[role^=menuitem]")?.focus();
      }}
      onOpenChange={(open, { event, reason, cancel }) => {
        // A press on the trigger closes the menu by the trigger's own handler.
        const isOnTrigger = event.target instanceof Node && anchor.current?.contains(event.target);
        if (isOnTrigger || (reason === "outside-press" && !pressed.current)) cancel();
        else if (!open) onClose();
      }}
    >
      <BaseMenu.Portal>
        <BaseMenu.Positioner
          anchor={anchor}
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50"
        >
          <BaseMenu.Popup
            ref={popup}
            aria-labelledby={labelledBy}
            finalFocus={false}
            onKeyDown={(event) => {
              if (event.key !== "Tab") return;
              // The browser then moves the focus on from the trigger.
              event.preventBaseUIHandler();
              anchor.current?.focus();
              onClose();
            }}
            className="max-h-(--available-height) max-w-80 min-w-44 overflow-y-auto rounded-xl bg-raised p-1 shadow-raised outline-none"
          >
            {children}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

const ITEM =
  "flex min-h-9 cursor-pointer select-none items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-sm outline-none data-highlighted:bg-hover";

export function MenuItem({
  icon,
  danger = false,
  onClick,
  children,
}: {
  icon?: ReactNode;
  danger?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <BaseMenu.Item className={`${ITEM} ${danger ? "text-danger" : ""}`} onClick={onClick}>
      {icon}
      <span className="min-w-0 flex-1">{children}</span>
    </BaseMenu.Item>
  );
}

export function MenuChoices<T extends string>({
  value,
  onChange,
  children,
}: {
  value: T;
  onChange: (value: T) => void;
  children: ReactNode;
}) {
  return (
    <BaseMenu.RadioGroup value={value} onValueChange={(next: T) => onChange(next)}>
      {children}
    </BaseMenu.RadioGroup>
  );
}

export function MenuChoice({ value, children }: { value: string; children: ReactNode }) {
  return (
    <BaseMenu.RadioItem value={value} closeOnClick className={ITEM}>
      <span className="min-w-0 flex-1">{children}</span>
      <BaseMenu.RadioItemIndicator className="text-accent">
        <Check aria-hidden className="icon" />
      </BaseMenu.RadioItemIndicator>
    </BaseMenu.RadioItem>
  );
}

/** A choice that can be on or off; the menu stays open. */
export function MenuCheck({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}) {
  return (
    <BaseMenu.CheckboxItem checked={checked} onCheckedChange={onChange} className={ITEM}>
      <span className="min-w-0 flex-1">{children}</span>
      <BaseMenu.CheckboxItemIndicator className="text-accent">
        <Check aria-hidden className="icon" />
      </BaseMenu.CheckboxItemIndicator>
    </BaseMenu.CheckboxItem>
  );
}

export function MenuSeparator() {
  return <BaseMenu.Separator className="mx-2 my-1 h-px bg-line" />;
}
