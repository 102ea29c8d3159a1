// Layers (drawer, dialog, lightbox, menu) as history entries on a phone, so that Back closes the top one instead of
// leaving the page.
//
// An entry's depth is the number of layers open in it (`history.state.layers`). Changes are applied in a task of their
// own: a layer that is replaced by another, or closed by a navigation, then neither adds nor removes an entry.
import { useEffect, useRef } from "react";

interface Layer {
  close: () => void;
}

const layers: Layer[] = [];
let scheduled = false;

/** Back is a button of the device: on touch screens, and where the window is as narrow as a phone. */
const hasBackButton = () => window.matchMedia("(hover: none), (max-width: 47.99rem)").matches;

const depthOfEntry = () => ((window.history.state as { layers?: number } | null)?.layers ?? 0) as number;

function scheduleSync(): void {
  if (scheduled) return;
  scheduled = true;
  setTimeout(() => {
    scheduled = false;
    const depth = depthOfEntry();
    if (layers.length < depth) window.history.go(layers.length - depth);
    else if (hasBackButton())
      for (let layer = depth + 1; layer <= layers.length; layer += 1)
        window.history.pushState({ ...window.history.state, layers: layer }, "");
  });
}

window.addEventListener("popstate", () => {
  const depth = depthOfEntry();
  if (depth < layers.length) for (const layer of layers.splice(depth).reverse()) layer.close();
  // An entry of a layer that was closed by a navigation.
  else if (depth > layers.length) scheduleSync();
});

/** Registers an open layer: Back on a phone calls `close`. */
export function useLayer(open: boolean, close: () => void): void {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    if (!open) return;
    const layer: Layer = { close: () => latest.current() };
    layers.push(layer);
    scheduleSync();
    return () => {
      const index = layers.indexOf(layer);
      if (index >= 0) layers.splice(index, 1);
      scheduleSync();
    };
  }, [open]);
}
