// Addresses of share links: `#/s/<id>`, for a sealed one with its key, `#/s/<id>/<key>`.

const LINK = /^#\/s(?:\/|$)/;

/** Whether the address of the page is a share link's. */
export const isShareLink = () => LINK.test(window.location.hash);

const pathOf = (page: "s" | "continue", id: string, key: string | null) =>
  `#/${page}/${id}${key === null ? "" : `/${key}`}`;

/** The link to send to others. */
export function shareLink(id: string, key: string | null): string {
  return new URL(pathOf("s", id, key), window.location.href).href;
}

/** The page that imports a share into the account of its visitor. */
export const continuePath = (id: string, key: string | null) => pathOf("continue", id, key);

/** The address of an object of a share, on the site itself. The name of the document by default. */
export function shareObjectUrl(id: string, name = "share.json"): string {
  return new URL(`shares/${encodeURIComponent(id)}/${name}`, document.baseURI).href;
}
