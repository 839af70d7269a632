// The service worker: caches the offline shell (a page without personal data, its styles and scripts),
// shows it if a page cannot be fetched, and wakes the sender. It stores no page of the portal.
// sync/views/shell.py serves it as /sw.js, preceded by SHELL = {version, page, files} and the scripts of
// the sender.
"use strict";

const NAME = `portal-shell-${SHELL.version}`;
const FILES = new Set(SHELL.files);
const PATIENCE = 4000, LONGER = 60000;
let patientUntil = 0;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(NAME);
    // Bypass the HTTP cache: all files of one version, or none.
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

// Return the page if it arrives in time, else the shell, which reads the address and shows what can
// be done without a signal.
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
  // The user chose to wait on a slow connection.
  if (event.data === "patience") patientUntil = Date.now() + LONGER;
});

// Background Sync, if available: a rejected promise asks to be woken again.
self.addEventListener("sync", (event) => {
  if (event.tag !== "send") return;
  event.waitUntil(offline.send(true).then((left) => {
    if (left.count > left.help) throw new Error("unsent");
  }));
});
