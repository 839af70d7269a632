// Enrols this phone on the page /phone/: a credential and a key from the portal, a PIN from its owner,
// and the first working set. Then shows what to know before writing anything here.
"use strict";

((offline) => {
  const { h, t } = offline;
  const at = document.getElementById("enrol");
  if (!at) return;
  offline.language = document.documentElement.lang === "en" ? "en" : "zh-hans";
  const IN_APPS = /MicroMessenger|wxwork|DingTalk|AliApp|QQ\/|Weibo|Lark|Feishu|ToutiaoMicroApp|AlipayClient/i;
  const notice = (words, kind = "notice-warning") => h("p", { className: `notice ${kind}`, role: "status" }, words);
  const show = (...inside) => at.replaceChildren(...inside.filter(Boolean));

  async function isDurable() {
    if (!navigator.storage) return false;
    // A private window, which forgets everything when closed, has a small quota.
    const { quota } = await navigator.storage.estimate();
    return quota > 300e6 && (!navigator.storage.persisted || (await navigator.storage.persisted()) || quota > 1e9);
  }

  async function begin() {
    if (!self.isSecureContext || !self.crypto || !crypto.subtle) {
      return show(notice(t("This address is plain http. Writing without a signal needs https: here it is off, and everything else works as before.")));
    }
    if (IN_APPS.test(navigator.userAgent)) {
      return show(notice(t("This page is open inside another app, whose store is emptied without a word. Please open it in the browser of the phone (menu, “open in browser”).")));
    }
    if (!self.indexedDB || !navigator.serviceWorker) {
      return show(notice(t("This browser cannot store anything safely here. Please use the portal with a signal.")));
    }
    const device = await offline.get("device"), pin = await offline.get("pin"), left = await offline.unsent();
    if (device && device.account !== at.dataset.account && left.count) {
      return show(notice(t("This phone still holds {} unsent entries of another account. They are sent first, with a signal; one account uses one phone.", left.count)),
        h("p", { className: "buttons" }, h("button", { type: "button", className: "button", click: () => offline.send(true).then(begin) }, t("Try to send now"))));
    }
    if (device && device.account === at.dataset.account && !(device.stopped === "401")) {
      if (pin && device.renew) return form(t("What you need cannot be fetched any more. Choose a PIN again; what is unsent is still sent."), renew);
      if (pin) return here(device, left);
      return form(t("What could be read on this phone has been removed. Choose a PIN again; what is unsent is still sent."), renew);
    }
    if (at.dataset.allowed === "no") return show();
    return form("", enrol, !(await isDurable()));
  }

  function form(intro, done, isWindow = false) {
    const own = h("input", { type: "checkbox", id: "own-phone", className: "form-check-input" });
    const name = h("input", { type: "text", id: "phone-name", className: "form-control", maxLength: 40, value: nameOf() });
    const pins = ["pin-1", "pin-2"].map((id) => h("input", { type: "password", inputMode: "numeric", autocomplete: "off", id, className: "form-control" }));
    const said = h("p", { className: "field-error", role: "alert" }), go = h("button", { className: "button button-primary" }, t("Set this phone up"));
    const line = (input, words, help) => h("div", { className: "field" }, h("label", { className: "form-label", for: input.id }, words), input, help && h("p", { className: "help" }, help));
    async function submit(event) {
      event.preventDefault();
      said.textContent = "";
      if (!own.checked) said.textContent = t("Please say that this is your own phone. On a shared one nothing may be stored.");
      else if (offline.isWeak(pins[0].value)) said.textContent = t("At least six signs, and not a row like 123456.");
      else if (pins[0].value !== pins[1].value) said.textContent = t("The two are not the same.");
      if (said.textContent) return;
      go.disabled = true;
      try {
        await done(pins[0].value, name.value.trim());
      } catch (problem) {
        said.textContent = problem.said || t("That did not work; nothing was set up. Please try again with a signal.");
      }
      go.disabled = false;
    }
    show(isWindow && notice(t("This looks like a private window or a phone that is nearly full: what is stored may be gone when the window is closed. Please use the ordinary window of your browser.")),
      h("form", { className: "form-card", noValidate: true, submit }, intro && h("p", { className: "intro" }, intro),
        h("ul", { className: "enrol-list" }, ["Visits, next steps of your matters, your months, leave, replies and answers can then be written without a signal. They are sent by themselves.",
          "Stored here, under your PIN: your units, stays, matters and notices. No contact of anybody.",
          "Whoever finds the phone cannot read it; after ten wrong PINs it is emptied. What is unsent is sealed and still arrives."].map((words) => h("li", {}, t(words)))),
        h("div", { className: "field form-check" }, own, h("label", { className: "form-check-label", for: "own-phone" }, ` ${t("This is my own phone, and it has a screen lock")}`)),
        intro ? null : line(name, t("Name of the phone")),
        line(pins[0], t("PIN"), t("At least six signs. Nobody can find it out or reset it.")), line(pins[1], t("The PIN once more")), said, go));
  }
  function nameOf() {
    const found = /Android[^;)]*;\s*([^;)]+)/.exec(navigator.userAgent);
    return found ? found[1].replace(/\s*Build.*$/, "").trim().slice(0, 40) : t("My phone");
  }

  const cookie = () => (/(?:^|;\s*)(?:__Host-|__Secure-)?csrftoken=([^;]+)/.exec(document.cookie) || [])[1] || "";
  const token = () => (document.querySelector("input[name=csrfmiddlewaretoken]") || {}).value || cookie();

  // The portal's response when a phone is set up, or set up again.
  async function asked(fields) {
    const answer = await fetch(at.dataset.url, {
      method: "POST", credentials: "same-origin", redirect: "error",
      headers: { "X-CSRFToken": token(), Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error("refused"), { said: (said.said || []).join(" ") });
    return said;
  }
  async function enrol(word, name) {
    const said = await asked({ name });
    if (navigator.storage && navigator.storage.persist) await navigator.storage.persist().catch(() => false);
    await offline.enrol({ ...said, language: offline.language });
    // Reload, so that the page lists the phone.
    if ((await ready(word)) !== "later") location.reload();
  }
  // A new PIN for an enrolled phone: the credential for fetching is issued again, since the old one is lost.
  async function renew(word) {
    offline.hand(await asked({ device: (await offline.get("device")).device }));
    await offline.patch("device", { renew: false });
    await ready(word);
  }
  async function ready(word) {
    await offline.setPin(word);
    try { localStorage.setItem("portal-phone", "yes"); } catch (refused) { /* The badge is missing then. */ }
    await navigator.serviceWorker.register("/sw.js", { scope: "/" });
    await navigator.serviceWorker.ready;
    const became = await offline.pull().catch(() => "later");
    offline.send();
    await here(await offline.get("device"), await offline.unsent(), became);
    return became;
  }

  async function here(device, left, became) {
    const set = offline.isOpen() ? await offline.set() : null, count = (kind) => set.rows.filter((one) => one.kind === kind).length;
    const lines = set && [["unit", "{} units"], ["matter", "{} matters"], ["stay", "{} stays"], ["visit", "{} visits to correct"], ["notice", "{} notices"], ["drawn", "{} to ask for questionnaires"]]
      .map(([kind, words]) => [count(kind), words]).filter(([n]) => n).map(([n, words]) => t(words, n)).join(t(", "));
    const anew = () => form(t("A new PIN removes what can be read here. What is unsent is still sent."), renew);
    show(h("div", { "data-enrolled": device.device },
      h("p", {}, h("strong", {}, t("This phone is set up."))),
      became === "later" ? h("p", {}, t("What you need has not come yet; open “Writing without a signal” once while there is a signal.")) : null,
      lines ? h("p", {}, t("Stored under your PIN: {}.", lines)) : null,
      left.count ? h("p", {}, t("{} unsent.", left.count)) : null,
      h("p", { className: "buttons" }, h("a", { className: "button button-primary", href: "/offline/" }, t("Writing without a signal")),
        h("button", { type: "button", className: "button", click: anew }, t("Choose another PIN")))));
  }

  begin();
})(self.offline);
