// Keeps the application's own files, so that it opens without a network. Nothing of the backend is kept.

// A module, so that the name below is its own.
export {};

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build: the files that the application begins with, and a name for this set of them. */
declare const SHELL: { version: string; files: string[] };

const CACHE_PREFIX = "shell-";
const CACHE = CACHE_PREFIX + SHELL.version;
const PAGE = "./";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...SHELL.files])));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith(CACHE_PREFIX) && name !== CACHE)
            .map((name) => caches.delete(name)),
        ),
      ),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  // The frame for diagrams is no page of the application's.
  if (request.destination === "iframe") return;
  if (request.mode === "navigate") event.respondWith(newestPage(request));
  else if (isOwnFile(request.url)) event.respondWith(keptFile(request));
});

function isOwnFile(url: string): boolean {
  const relative = url.startsWith(self.registration.scope) ? url.slice(self.registration.scope.length) : "";
  return relative.startsWith("assets/") || SHELL.files.includes(`./${relative}`);
}

/** The page from the server, which may name newer files; without a network the one that is kept. */
async function newestPage(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(PAGE, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

/** A file whose name has a hash of its content never changes; others are as old as this worker. */
async function keptFile(request: Request): Promise<Response> {
  // Servers that answer cross-origin requests say `Vary: Origin`; the files are the same.
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(request);
  // A static site may answer with its page for a file that is no longer there.
  const isPage = response.headers.get("Content-Type")?.startsWith("text/html");
  if (response.ok && !isPage) {
    const cache = await caches.open(CACHE);
    await cache.put(request, response.clone());
  }
  return response;
}
