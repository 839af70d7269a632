// The service worker: keeps the shell of writing without a signal (a page without anybody's data, its
// styles and scripts), shows it where a page cannot be fetched, and wakes the sender. It stores no
// page of the portal. sync/views/shell.py serves it as /sw.js, with SHELL = {version, page, files} and
// the scripts of the sender before it.
"use strict";

const NAME = `portal-shell-${SHELL.version}`;
const FILES = new Set(SHELL.files);
const PATIENCE = 4000, LONGER = 60000;
let patientUntil = 0;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(NAME);
    // Past the browser's own cache: all of one version, or nothing.
    await cache.addAll([SHELL.page, ...SHELL.files].map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("portal-shell-") && name !== NAME) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (address.pathname === SHELL.page) event.respondWith(shell(request));
    else event.respondWith(page(request));
  } else if (FILES.has(address.pathname)) {
    event.respondWith(kept(address.pathname, request));
  }
});

async function kept(path, request) {
  const found = await (await caches.open(NAME)).match(path);
  return found || fetch(request);
}
const shell = (request) => kept(SHELL.page, request);

// The page itself if it comes in time, else the shell, which looks at the address and says what
// can be done without a signal.
async function page(request) {
  const patience = Date.now() < patientUntil ? LONGER : PATIENCE;
  let end;
  const late = new Promise((resolve) => { end = setTimeout(resolve, patience, null); });
  try {
    return await Promise.race([fetch(request), late]) || shell(request);
  } catch (problem) {
    return shell(request);
  } finally {
    clearTimeout(end);
  }
}

self.addEventListener("message", (event) => {
  // Somebody on a slow line would rather wait.
  if (event.data === "patience") patientUntil = Date.now() + LONGER;
});

// Background Sync, where there is one: a promise that fails asks to be woken again.
self.addEventListener("sync", (event) => {
  if (event.tag !== "send") return;
  event.waitUntil(offline.send(true).then((left) => {
    if (left.count > left.help) throw new Error("unsent");
  }));
});
