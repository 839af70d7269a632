// The stores of this phone in IndexedDB. The outbox holds sealed letters and is emptied only by
// receipts. Readable data, the copies and the working set, is encrypted with a key that the PIN opens.
"use strict";

((offline) => {
  const { base64, bytes, canonical, hex, letter, moment, part, random, sha256, unbase64, uuid } = offline;
  const NAME = "portal-phone", ALL = ["state", "outbox", "parts", "sent", "drafts"];
  const ROUNDS = 310000, MOST_WRONG = 10, FREE_WRONG = 3, DAY = 86400000;
  const GONE = { accepted: 1, differs: 1, quarantined: 1, fault: 1, dropped: 1 };
  const STRICT = { durability: "strict" };
  // `handed`: secrets from the portal to protect by the PIN, until a PIN is set.
  let opened = null, key = null, handed = null;

  // Notifies all windows and the worker of changes.
  const channel = self.BroadcastChannel ? new BroadcastChannel(NAME) : null;
  const listeners = [];
  if (channel) channel.onmessage = (event) => listeners.forEach((one) => one(event.data));
  function tell(what) {
    if (channel) channel.postMessage(what);
    listeners.forEach((one) => one(what));
  }

  function open() {
    opened = opened || idb.openDB(NAME, 1, {
      upgrade(base) {
        base.createObjectStore("state");
        base.createObjectStore("outbox", { keyPath: "id" });
        base.createObjectStore("parts", { keyPath: ["id", "sha256"] });
        base.createObjectStore("sent", { keyPath: "id" });
        base.createObjectStore("drafts");
      },
      // A newer page upgrades the stores: close this connection and announce it.
      blocking() { opened.then((base) => base.close()); opened = null; tell("newer"); },
      terminated() { opened = null; },
    }).catch((problem) => { opened = null; throw problem; });
    return opened;
  }
  const get = async (name) => (await open()).get("state", name);
  async function put(name, value) {
    const change = (await open()).transaction("state", "readwrite", STRICT);
    change.store.put(value, name);
    await change.done;
  }
  async function patch(name, fields) {
    const change = (await open()).transaction("state", "readwrite", STRICT);
    const before = await change.store.get(name);
    if (before) change.store.put({ ...before, ...fields }, name);
    await change.done;
  }

  // --- The PIN -------------------------------------------------------------------------------------

  async function fromPin(pin, salt, rounds) {
    const given = await crypto.subtle.importKey("raw", bytes(pin), "PBKDF2", false, ["deriveKey"]);
    return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, given,
      { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
  }

  // Whether the PIN is easy to guess.
  function isWeak(pin) {
    const steps = new Set(Array.from(pin).slice(1).map((sign, at) => sign.charCodeAt(0) - pin.charCodeAt(at)));
    return pin.length < 6 || (steps.size === 1 && [-1, 0, 1].includes([...steps][0]));
  }

  // Set a new PIN with a new key; all data under the old key is deleted.
  async function setPin(pin) {
    const salt = random(16), iv = random(12);
    const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
    const wrapped = await crypto.subtle.wrapKey("raw", fresh, await fromPin(pin, salt, ROUNDS), { name: "AES-GCM", iv });
    await forget();
    await put("pin", { salt, iv, wrapped, rounds: ROUNDS, wrong: 0, until: 0 });
    const became = await unlock(pin);
    if (handed && key) {
      await put("secrets", await hide(handed));
      // Earlier versions stored it unencrypted.
      await patch("device", { receipts: undefined });
    }
    handed = null;
    return became;
  }

  // Return "open", or {wrong, until}, or "gone" after too many tries. A try is counted before it is
  // made, so that killing the browser in between gains nothing.
  async function unlock(pin) {
    const found = await get("pin");
    if (!found) return "gone";
    if (found.until > Date.now() && found.until < Date.now() + DAY) return { wrong: found.wrong, until: found.until };
    const wrong = found.wrong + 1;
    const until = wrong > FREE_WRONG ? Date.now() + 5000 * 2 ** (wrong - FREE_WRONG - 1) : 0;
    // In parallel, as both take time; the key is tried after the try was counted.
    const [wrapping] = await Promise.all([fromPin(pin, found.salt, found.rounds), patch("pin", { wrong, until })]);
    try {
      key = await crypto.subtle.unwrapKey("raw", found.wrapped, wrapping,
        { name: "AES-GCM", iv: found.iv }, "AES-GCM", false, ["encrypt", "decrypt"]);
    } catch (problem) {
      if (wrong >= MOST_WRONG) {
        await forget();
        return "gone";
      }
      return { wrong, until };
    }
    // Not awaited: if it fails, the owner only loses one of the next ten tries.
    patch("pin", { wrong: 0, until: 0 }).catch(() => {});
    return "open";
  }
  function lock() { key = null; }

  async function hide(value) {
    const iv = random(12);
    const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes(JSON.stringify(value)));
    return { iv, box };
  }
  async function show(hidden) {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: hidden.iv }, key, hidden.box);
    return JSON.parse(new TextDecoder().decode(plain));
  }

  // Delete readable data; letters stay and can still be sent.
  async function forget() {
    const change = (await open()).transaction(ALL, "readwrite", STRICT);
    const state = change.objectStore("state"), outbox = change.objectStore("outbox");
    state.delete("pin");
    state.delete("set");
    state.delete("secrets");
    change.objectStore("drafts").clear();
    change.objectStore("sent").clear();
    for (const entry of await outbox.getAll()) {
      delete entry.copy;
      outbox.put(entry);
    }
    await change.done;
    key = null;
    tell("forgotten");
  }

  // --- Entries --------------------------------------------------------------------------------------

  // Store an entry completely or not at all, then resolve to its id. `photos` are
  // [{name, bytes, small}]; `small` is a picture that fits into the copy.
  async function write({ kind, fields, about, corrects, base, photos = [], title }) {
    const device = await get("device"), id = uuid(), made = moment();
    const parts = [], sealed = [];
    for (const photo of photos) {
      const hash = await sha256(photo.bytes);
      if (parts.some((one) => one.sha256 === hash)) continue;
      parts.push({ name: photo.name, sha256: hash, size: photo.bytes.byteLength, small: photo.small });
      sealed.push({ id, sha256: hash, box: await part(photo.bytes, device.key, id, hash) });
    }
    const named = parts.map(({ name, sha256: hash, size }) => ({ name, sha256: hash, size }));
    const entry = { device: device.device, fields, id, kind, made, parts: named, salt: saltOf(), v: offline.VERSION };
    if (about) entry.about = about;
    if (corrects) entry.corrects = corrects;
    if (base) entry.base = base;
    const whole = canonical(entry);
    const row = {
      id,
      hash: await sha256(whole),
      letter: await letter(whole, device.key, id),
      at: Date.now(),
      state: "waiting",
      tries: 0,
      next: 0,
      parts: sealed.map((one) => ({ sha256: one.sha256, size: one.box.length, received: 0, state: "waiting" })),
      copy: await hide({ ...entry, title, smalls: parts.map((one) => one.small) }),
    };
    const change = (await open()).transaction(["outbox", "parts"], "readwrite", STRICT);
    const asked = [change.done];
    try {
      asked.push(change.objectStore("outbox").add(row));
      for (const one of sealed) asked.push(change.objectStore("parts").add(one));
      await Promise.all(asked);
    } catch (problem) {
      // The first error is the reason; the others only report the rollback.
      asked.forEach((one) => one.catch(() => {}));
      try { change.abort(); } catch (isOver) { /* It has already ended. */ }
      throw problem;
    }
    tell("written");
    return id;
  }
  // Without a salt, the text of a short entry could be guessed from its hash.
  const saltOf = () => hex(random(16));

  const entries = async () => (await (await open()).getAll("outbox")).sort((a, b) => a.at - b.at);
  const entry = async (id) => (await open()).get("outbox", id);
  const sealedPart = async (id, hash) => ((await (await open()).get("parts", [id, hash])) || {}).box;
  async function mark(id, fields) {
    const change = (await open()).transaction("outbox", "readwrite");
    const before = await change.store.get(id);
    if (before) await change.store.put({ ...before, ...fields });
    await change.done;
    tell("sending");
  }

  // The only way out of the outbox: a receipt with the same hash that names every part as final.
  async function settle(id, receipt) {
    const change = (await open()).transaction(["outbox", "parts", "sent"], "readwrite", STRICT);
    const outbox = change.objectStore("outbox"), found = await outbox.get(id);
    const said = new Map((receipt.parts || []).map((one) => [one.sha256, one.state]));
    const isFinal = found && receipt.id === id && receipt.hash === found.hash && receipt.state in GONE
      && found.parts.every((one) => ["stored", "refused"].includes(said.get(one.sha256)));
    if (isFinal) {
      outbox.delete(id);
      for (const one of found.parts) change.objectStore("parts").delete([id, one.sha256]);
      const refused = found.parts.filter((one) => said.get(one.sha256) === "refused").length;
      const record = receipt.record ? receipt.record.url : "";
      // Without a copy it cannot be read here, so keep nothing.
      if (found.copy) {
        change.objectStore("sent").put({ id, state: receipt.state, record, refused, at: Date.now(), copy: found.copy });
      }
    }
    await change.done;
    if (isFinal) tell("settled");
    return isFinal;
  }
  async function sent() {
    const base = await open(), all = (await base.getAll("sent")).sort((a, b) => b.at - a.at);
    for (const old of all.slice(50)) base.delete("sent", old.id);
    return all.slice(0, 50);
  }

  // Number of waiting entries, and since when.
  async function unsent() {
    const all = await entries();
    return { count: all.length, since: all.length ? all[0].at : 0, help: all.filter((one) => one.state === "help").length };
  }

  // Return everything that waits, still sealed, as a file for the office: lines of JSON, the last one
  // a MAC that proves that this phone wrote them.
  async function backup() {
    const { device, account, secret } = await get("device"), lines = [{ v: offline.VERSION, device, account }];
    for (const one of await entries()) {
      lines.push({ id: one.id, hash: one.hash, letter: one.letter });
      for (const named of one.parts) {
        const box = await sealedPart(one.id, named.sha256);
        if (box) lines.push({ id: one.id, sha256: named.sha256, sealed: base64(box) });
      }
    }
    const text = lines.map((one) => `${JSON.stringify(one)}\n`).join("");
    const own = await crypto.subtle.importKey("raw", bytes(await sha256(bytes(secret))), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return `${text}${JSON.stringify({ mac: hex(await crypto.subtle.sign("HMAC", own, bytes(text))) })}\n`;
  }

  // --- Drafts: input not yet stored as an entry -----------------------------------------------------

  async function keepDraft(name, value) {
    if (key) await (await open()).put("drafts", await hide(value), name);
  }
  async function draft(name) {
    const found = key && await (await open()).get("drafts", name);
    return found ? show(found) : null;
  }
  const dropDraft = async (name) => (await open()).delete("drafts", name);

  // --- The working set ------------------------------------------------------------------------------

  async function set() {
    const found = key && await get("set");
    return found ? show(found) : null;
  }
  const putSet = async (value) => put("set", await hide(value));

  const lend = (lease) => put("lease", lease);

  // Store the device of an account. Earlier letters stay, since it is the same person who enrols again.
  // The credential for sending is unencrypted; those for fetching and for slip codes wait for the PIN.
  async function enrol({ pull, receipts, ...device }) {
    hand({ pull, receipts });
    await put("device", { ...device, key: { id: device.key.id, public: unbase64(device.key.public) }, contact: Date.now() });
  }
  function hand({ pull, receipts }) { handed = pull ? { pull, receipts } : null; }
  async function secrets() {
    const found = key && await get("secrets");
    return found ? show(found) : null;
  }
  async function room() {
    if (!navigator.storage || !navigator.storage.estimate) return Infinity;
    const { quota, usage } = await navigator.storage.estimate();
    return quota - usage;
  }
  // Whether `size` bytes can be stored. Newer browsers return invented values from estimate() to prevent
  // fingerprinting, so try to write.
  async function fits(size) {
    const base = await open();
    try {
      await base.put("drafts", new Uint8Array(size), "room");
    } catch (problem) {
      if (problem.name === "QuotaExceededError") return false;
      throw problem;
    }
    await base.delete("drafts", "room");
    return true;
  }
  // Return {device, isSetUp}, read in one transaction. After N days without contact, delete readable data,
  // since the phone may be in other hands.
  async function begin() {
    const state = (await open()).transaction("state").store;
    const [device, pin] = await Promise.all([state.get("device"), state.get("pin")]);
    const days = device && ((device.limits || {}).contact_days || 14);
    const isExpired = Boolean(pin && days && Date.now() - device.contact > days * DAY);
    if (isExpired) await forget();
    return { device, isSetUp: Boolean(device && pin && !isExpired) };
  }

  Object.assign(offline, {
    backup, begin, draft, dropDraft, enrol, entries, entry, fits, forget, get, hand, hide, isOpen: () => Boolean(key), isWeak, keepDraft,
    lend, lock, mark, patch, putSet, room, sealedPart, secrets, sent, set, setPin, settle, show, unlock, unsent, write, tell,
    listen: (one) => listeners.push(one),
  });
})(self.offline);
