/* Without a connection: style, script and the offline page. A case, a photo or an answer is never kept.
   The server puts SHELL in front: its name, the files, the offline page of each language, where static files lie. */

const UNCHANGING = /\.[0-9a-f]{12}\.\w+$/; // the name carries the content's sum

addEventListener("install", (event) => event.waitUntil(keepShell()));
addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, pathname));
  else if (pathname.startsWith(SHELL.static)) event.respondWith(file(request, UNCHANGING.test(pathname)));
});

async function keepShell() {
  const cache = await caches.open(SHELL.name);
  await cache.addAll([...SHELL.files, ...Object.values(SHELL.pages)]);
  await self.skipWaiting();
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHELL.name).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** From the network only; what the visitor reads about a case stays out of every cache. */
async function page(request, pathname) {
  try {
    return await fetch(request);
  } catch {
    return caches.match(SHELL.pages[pathname.split("/")[1]] ?? SHELL.pages.ko);
  }
}

async function file(request, unchanging) {
  const kept = await caches.match(request);
  if (kept && unchanging) return kept;
  try {
    const fresh = await fetch(request);
    if (fresh.ok) (await caches.open(SHELL.name)).put(request, fresh.clone());
    return fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
