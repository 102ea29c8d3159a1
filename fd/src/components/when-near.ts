/**
 * Calls `onNear` whenever `element` comes within a distance of the visible area, in px, also inside a part that scrolls
 * by itself. Browsers without `scrollMargin` wait there until it is visible. Returns the function that ends this.
 */
export function whenNear(element: Element, distance: number, onNear: () => void): () => void {
  const margin = `${distance}px`;
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) onNear();
    },
    { rootMargin: margin, scrollMargin: margin },
  );
  observer.observe(element);
  return () => observer.disconnect();
}
