// The service worker: keeps the player's own files, so that a tablet opens after a reboot in a hall without
// network. It answers GET of these files only. Answers of the service, and whatever is sent to it, pass by.
/* global TOLD */
const NAME = `vo-${TOLD.release}`;
const KEPT = new Set(TOLD.shell.map((path) => new URL(path, self.location).href));

async function keep() {
  const cache = await caches.open(NAME);
  // Without the HTTP cache: a file kept from an interrupted visit must not become part of this release.
  await cache.addAll(TOLD.shell.map((path) => new Request(path, { cache: 'reload' })));
}

self.addEventListener('install', (event) => event.waitUntil(keep()));

// A new release waits until no learner is in the middle of something; the page says when (see update.js).
self.addEventListener('message', (event) => {
  if (event.data === 'take-over') self.skipWaiting();
});

async function clean() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('vo-') && name !== NAME).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener('activate', (event) => event.waitUntil(clean()));

async function kept(request) {
  const found = await caches.match(request, { cacheName: NAME, ignoreVary: true });
  return found || fetch(request);
}

async function page(request, path) {
  if (path === TOLD.player) return kept(new Request(TOLD.player));
  try {
    return await fetch(request);
  } catch (error) {
    // The way in leads to the player when there is no network; other pages say so themselves.
    const way = path === '/' || path.startsWith('/vao-lop') || path === '/hoc';
    const found = way && await caches.match(TOLD.player, { cacheName: NAME, ignoreVary: true });
    if (found) return found;
    throw error;
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  url.hash = ''; // A drawing of a sheet is asked for with its name behind '#'.
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(request, url.pathname));
  else if (KEPT.has(url.href)) event.respondWith(kept(request));
});
