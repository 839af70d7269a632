// Sends what waits, with one sender at a time for all windows and the worker. Browser events are only
// hints; only a response of the portal itself, JSON with a version, decides anything.
"use strict";

((offline) => {
  const CHUNK = 16384, MOST = 50, LETTERS = 60000, LONGEST = 300000, LEASE = 60000, PATIENCE = 30000;
  const ADDRESS = "/sync/v1/";
  let timer = null, asked = false;

  class Silent extends Error {}
  class Stopped extends Error {}

  // Return {status, said}; throws Silent without a response of the portal in time.
  async function call(device, path, options = {}, patience = PATIENCE) {
    const limit = new AbortController(), end = setTimeout(() => limit.abort(), patience);
    const count = (await offline.unsent()).count;
    try {
      const answer = await fetch(ADDRESS + path, {
        ...options,
        signal: limit.signal, credentials: "omit", redirect: "error", cache: "no-store",
        headers: {
          Authorization: `Portal-Device ${device.device}.${device.secret}`,
          "X-Portal-Sync": String(offline.VERSION), "X-Portal-Unsent": String(count), ...options.headers,
        },
      });
      // A captive portal, a gateway or an error page may respond instead.
      const said = await answer.json();
      if (!said || typeof said !== "object" || !said.version) throw new Silent(`${answer.status}`);
      if (answer.status >= 500) throw new Silent(`${answer.status}`);
      if (said.version.least > offline.VERSION || said.version.most < offline.VERSION) {
        await offline.patch("device", { stopped: said.version.least > offline.VERSION ? "old" : "new" });
        throw new Stopped("version");
      }
      if (answer.status === 429) throw Object.assign(new Silent("429"), { wait: Number(answer.headers.get("Retry-After")) * 1000 });
      await offline.patch("device", { contact: Date.now(), stopped: "" });
      return { status: answer.status, said };
    } catch (problem) {
      throw problem instanceof Stopped || problem instanceof Silent ? problem : new Silent(problem.message);
    } finally {
      clearTimeout(end);
    }
  }

  const json = (value) => ({ method: "POST", body: JSON.stringify(value), headers: { "Content-Type": "application/json" } });
  const later = (tries, wait) => Date.now() + Math.max(wait || 0, Math.min(LONGEST, 1000 * 2 ** Math.min(tries, 9)) * (0.5 + Math.random() / 2));

  async function again(row, problem) {
    await offline.mark(row.id, { tries: row.tries + 1, next: later(row.tries, problem && problem.wait), alone: true });
  }
  async function refused(rows, status) {
    if (status === 401) {
      await offline.patch("device", { stopped: "401" });
      throw new Stopped("401");
    }
    for (const row of rows) {
      // Perhaps only one of them is invalid: send each alone before asking for help.
      await offline.mark(row.id, rows.length > 1 ? { alone: true } : { state: "help", why: status });
    }
  }

  // An id may have been sent with several contents: only the receipt for ours counts.
  const ofRow = (receipts, row) => receipts.find((one) => one.id === row.id && (one.hash === row.hash || one.state === "unknown"));

  // Apply a receipt to a row of the outbox.
  async function take(row, receipt) {
    if (!receipt) return again(row);
    if (receipt.state === "unreadable") return offline.mark(row.id, { state: "help", why: "unreadable" });
    if (receipt.state === "unknown") return offline.mark(row.id, { state: "waiting", next: 0 });
    if (await offline.settle(row.id, receipt)) return null;
    const said = new Map((receipt.parts || []).map((one) => [one.sha256, one]));
    const parts = row.parts.map((one) => {
      const now = said.get(one.sha256);
      return now ? { ...one, state: now.state, received: now.received || 0 } : one;
    });
    const open = parts.some((one) => one.state === "waiting" || one.state === "differs");
    // Nothing left to send, but no final state: ask again, with increasing delay.
    const tries = open ? row.tries : row.tries + 1;
    const state = receipt.state === "held" ? "held" : "arrived";
    return offline.mark(row.id, { state, parts, tries, next: open ? 0 : later(tries + 4), alone: false });
  }

  async function sendTexts(device, rows) {
    const batch = [];
    let size = 0;
    for (const row of rows) {
      if (batch.length && (row.alone || batch[0].alone || size + row.letter.length > LETTERS)) break;
      if (batch.push(row) === MOST) break;
      size += row.letter.length;
    }
    const letters = batch.map(({ id, hash, letter }) => ({ id, hash, letter }));
    try {
      const { status, said } = await call(device, "entries/", json({ entries: letters }), PATIENCE + size / 10);
      if (status !== 200 || !Array.isArray(said.entries)) return refused(batch, status);
      for (const row of batch) await take(row, ofRow(said.entries, row));
    } catch (problem) {
      if (problem instanceof Silent) for (const row of batch) await again(row, problem);
      throw problem;
    }
    return null;
  }

  async function sendParts(device, row) {
    for (const part of row.parts) {
      if (part.state !== "waiting" && part.state !== "differs") continue;
      const box = await offline.sealedPart(row.id, part.sha256);
      let at = part.state === "differs" ? 0 : part.received, stuck = 0;
      for (;;) {
        const path = `parts/${row.id}/${part.sha256}/?at=${at}&size=${box.length}`;
        const body = box.slice(at, at + CHUNK);
        const { status, said } = await call(device, path, { method: "PUT", body, headers: { "Content-Type": "application/octet-stream" } });
        if (status !== 200) return refused([row], status);
        if (said.state === "unknown") return offline.mark(row.id, { state: "waiting" });
        stuck = said.received > at ? 0 : stuck + 1;
        at = said.received;
        Object.assign(part, { received: at, state: said.state });
        await offline.mark(row.id, { parts: row.parts });
        if (said.state === "stored" || said.state === "refused") break;
        if (stuck > 3) throw new Silent("no way on");
      }
    }
    return ask(device, [row]);
  }

  async function ask(device, rows) {
    const { status, said } = await call(device, `receipts/?${rows.map((row) => `id=${row.id}`).join("&")}`);
    if (status !== 200 || !Array.isArray(said.entries)) return refused(rows, status);
    for (const row of rows) await take(row, ofRow(said.entries, row));
    return null;
  }

  // Without a credential, or with one that the portal refuses, nothing can be sent.
  const rests = (device) => !device || device.stopped === "401" || device.stopped === "old";

  async function step() {
    const device = await offline.get("device");
    if (rests(device)) return false;
    const due = (await offline.entries()).filter((row) => row.state !== "help" && row.next <= Date.now());
    const texts = due.filter((row) => row.state === "waiting");
    if (texts.length) {
      await sendTexts(device, texts);
      return true;
    }
    const row = due[0];
    if (!row) return false;
    const open = row.parts.some((one) => one.state === "waiting" || one.state === "differs");
    try {
      await (open ? sendParts(device, row) : ask(device, due.filter((one) => one.parts.every((p) => p.state !== "waiting")).slice(0, 100)));
    } catch (problem) {
      if (problem instanceof Silent) await again(row, problem);
      throw problem;
    }
    return true;
  }

  async function run() {
    let silences = 0;
    do {
      asked = false;
      try {
        while (await step()) silences = 0;
      } catch (problem) {
        if (problem instanceof Stopped) break;
        // Go on with others; after three silences, wait for the next hint.
        if (!(problem instanceof Silent)) throw problem;
        silences += 1;
      }
    } while ((asked || await isDue()) && silences < 3);
  }
  const isDue = async () => !rests(await offline.get("device"))
    && (await offline.entries()).some((row) => row.state !== "help" && row.next <= Date.now());

  // Without Web Locks: a lease in the store, which a killed sender holds for a minute.
  async function lease(work) {
    const own = offline.uuid(), held = await offline.get("lease");
    if (held && held.until > Date.now() && held.until < Date.now() + 2 * LEASE) return;
    await offline.lend({ own, until: Date.now() + LEASE });
    if ((await offline.get("lease")).own !== own) return;
    const longer = setInterval(() => offline.lend({ own, until: Date.now() + LEASE }), LEASE / 3);
    try {
      await work();
    } finally {
      clearInterval(longer);
      await offline.lend({ own: "", until: 0 });
    }
  }

  // `now`: the user tapped, or the connection is back, so retry at once.
  async function send(now = false) {
    asked = true;
    if (now) {
      const device = await offline.get("device");
      if (device && device.stopped) await offline.patch("device", { stopped: "" });
      for (const row of await offline.entries()) if (row.next && row.state !== "help") await offline.mark(row.id, { next: 0 });
    }
    if (navigator.locks) {
      await navigator.locks.request("portal-sender", { ifAvailable: true }, (lock) => lock && run());
    } else {
      await lease(run);
    }
    offline.tell("rested");
    await plan();
    return offline.unsent();
  }

  async function plan() {
    clearTimeout(timer);
    const next = (await offline.entries()).filter((row) => row.state !== "help").map((row) => row.next);
    const device = await offline.get("device");
    if (!next.length || !device || device.stopped) return;
    timer = setTimeout(() => send(), Math.max(1000, Math.min(...next) - Date.now()));
  }

  // Browser events on a page; the worker is woken by Background Sync.
  function wake() {
    addEventListener("online", () => send(true));
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") send(); });
    send();
  }
  async function askToBeWoken() {
    try {
      const ready = await navigator.serviceWorker.ready;
      if (ready.sync) await ready.sync.register("send");
    } catch (refusedByBrowser) { /* Other hints remain. */ }
  }

  // --- The working set: send (kind, id, digest) of each row here, receive the differences ---------------

  async function pull() {
    const device = await offline.get("device"), before = await offline.set(), secrets = await offline.secrets();
    if (!device || !offline.isOpen()) return "closed";
    const rows = before ? before.rows : [], asked = json({ have: rows.map((one) => [one.kind, one.id, one.digest]) });
    asked.headers["X-Portal-Pull"] = secrets ? secrets.pull : "";
    const { status, said } = await call(device, "set/", asked, 60000);
    const isClosed = status === 403 && said.error === "pull";
    if (Boolean(device.renew) !== isClosed) await offline.patch("device", { renew: isClosed });
    // It can still send; to fetch, the phone must be set up again.
    if (isClosed) return "enrol";
    if (status === 401) {
      // Revoked or unknown: delete readable data, keep the letters.
      await offline.forget();
      return "revoked";
    }
    if (status !== 200) throw new Silent(`${status}`);
    if (said.forget || said.off) {
      await offline.forget();
      return "revoked";
    }
    const name = (kind, id) => `${kind} ${id}`;
    const all = new Map(rows.map((one) => [name(one.kind, one.id), one]));
    for (const [kind, id] of said.gone || []) all.delete(name(kind, id));
    for (const one of said.put || []) all.set(name(one.kind, one.id), one);
    // The error of this phone's clock in days.
    const skew = Math.round((new Date(said.on) - new Date(offline.day())) / 86400000);
    await offline.putSet({ rows: [...all.values()], on: said.on, at: Date.now(), skew });
    if (said.key) await offline.patch("device", { key: { id: said.key.id, public: offline.unbase64(said.key.public) } });
    const me = all.get("me me");
    if (me && me.row.language) await offline.patch("device", { language: me.row.language });
    offline.tell("set");
    return "fresh";
  }

  Object.assign(offline, { askToBeWoken, pull, send, wake });
})(self.offline);
