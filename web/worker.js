// What does the browser get when no server answers? What the talk has kept (view/talk/offline.js).

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  // Files have an ending. Anything else is what the comparison is about, and goes its own way.
  if (request.method !== "GET" || origin !== location.origin || !/\.\w+$/.test(pathname)) return;
  event.respondWith(fetch(request).catch(() => kept(request)));
});

// The address in the cache has no query: it names the file.
async function kept(request) {
  const cache = await caches.open("talk");
  return (await cache.match(request, { ignoreSearch: true, ignoreVary: true })) ?? Response.error();
}
