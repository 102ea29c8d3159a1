// Service worker: caches the application's own files for offline use, but no responses of the backend.

// Makes this file a module, so that the name below is not global.
export {};

declare const self: ServiceWorkerGlobalScope;
/** Inserted by the build: the files to cache at installation, and a version name for this set. */
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
  // The diagrams' frame is not a page of the application.
  if (request.destination === "iframe") return;
  if (request.mode === "navigate") event.respondWith(newestPage(request));
  else if (isOwnFile(request.url)) event.respondWith(keptFile(request));
});

function isOwnFile(url: string): boolean {
  const relative = url.startsWith(self.registration.scope) ? url.slice(self.registration.scope.length) : "";
  return relative.startsWith("assets/") || SHELL.files.includes(`./${relative}`);
}

/** Network first: the page from the server, or the cached one without a network. */
async function newestPage(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(PAGE, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

/** Cache first: hashed files never change, and others belong to this worker's version. */
async function keptFile(request: Request): Promise<Response> {
  // Servers with CORS send `Vary: Origin`, although the files do not differ.
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(request);
  // A static site may answer with its page instead of a missing file.
  const isPage = response.headers.get("Content-Type")?.startsWith("text/html");
  if (response.ok && !isPage) {
    const cache = await caches.open(CACHE);
    await cache.put(request, response.clone());
  }
  return response;
}
