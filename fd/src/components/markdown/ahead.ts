// What a reply may need to be shown, loaded while its question is being written: the first code and the first formula
// then appear as they stay.

let begun = false;

/** Loads the renderer, the highlighter and KaTeX once the page has nothing else to do. */
export function loadAhead(): void {
  if (begun) return;
  begun = true;
  const load = () => {
    // What cannot be loaded now is loaded when it is met.
    for (const loading of [import("./index"), import("./highlight"), import("./katex")])
      loading.catch(() => undefined);
  };
  if ("requestIdleCallback" in window) window.requestIdleCallback(load);
  else setTimeout(load, 200);
}
