// The document of a share link shows text that anybody may have written. It is restricted before that is loaded, and is
// never the document of the application: going from one to the other loads the page again.
import { isShareLink } from "@/api/shared-links";

let restricted = false;

/** Whether this document was loaded for a share link. */
export const isRestricted = () => restricted;

/**
 * Restricts the document when its address is a share link's: no requests but for the share itself, no referrer, no
 * entry in a search engine. A policy can only be narrowed, so this cannot be undone.
 */
export function restrictShareLink(): void {
  if (!isShareLink()) return;
  restricted = true;
  const shares = new URL("shares/", document.baseURI).href;
  // The development server's client is connected to the server.
  const connect = import.meta.env.DEV ? `${shares} 'self'` : shares;
  addMeta({
    "http-equiv": "Content-Security-Policy",
    content: `connect-src ${connect}; img-src 'self' blob: data:; form-action 'none'; object-src 'none'`,
  });
  addMeta({ name: "robots", content: "noindex, nofollow" });
  document.querySelector('meta[name="referrer"]')?.setAttribute("content", "no-referrer");
  window.addEventListener("hashchange", () => {
    if (!isShareLink()) window.location.reload();
  });
}

function addMeta(attributes: Readonly<Record<string, string>>): void {
  const meta = document.createElement("meta");
  for (const [name, value] of Object.entries(attributes)) meta.setAttribute(name, value);
  document.head.append(meta);
}
