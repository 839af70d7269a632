// On the portal's ordinary pages on an enrolled phone (loaded by js/portal.js): shows what is unsent,
// sends it, empties the phone at sign-out, and takes over a visit that cannot be sent now.
"use strict";

((offline) => {
  const { h, t } = offline;
  offline.language = document.documentElement.lang === "en" ? "en" : "zh-hans";
  const badge = h("p", { className: "unsent-badge", role: "status", "data-unsent": "", hidden: true });
  const frame = document.querySelector(".top");
  if (frame) frame.after(badge);

  async function tell() {
    const left = await offline.unsent(), at = new Date(left.since), two = (n) => String(n).padStart(2, "0");
    badge.hidden = !left.count;
    badge.replaceChildren(h("a", { href: "/offline/#unsent" }, t("{} unsent, the oldest of {}.", left.count, `${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`)));
  }

  // --- Signing out: delete readable data first ----------------------------------------------------------
  document.addEventListener("submit", (event) => {
    const form = event.target, address = new URL(form.action, location.href);
    if (address.pathname !== "/account/logout/" || form.dataset.emptied) return;
    event.preventDefault();
    const go = () => { form.dataset.emptied = "1"; form.submit(); };
    offline.forget().then(go, go);
  });

  // --- A visit that cannot be sent now: pass its fields to the offline screens ------------------------
  const visit = document.querySelector("form[data-draft] textarea[name=summary]") && document.querySelector("form[data-draft]");
  function handOver(form) {
    const fields = {}, matters = [];
    new FormData(form).forEach((value, name) => {
      if (typeof value !== "string" || !value || /^(csrfmiddlewaretoken|owner|key|keep_draft|add_matter)$|_FORMS$/.test(name)) return;
      const found = /^matters-(\d+)-(.*)$/.exec(name);
      const into = found ? matters[found[1]] || (matters[found[1]] = {}) : fields;
      const key = found ? found[2] : name;
      (into[key] = into[key] || []).push(value);
    });
    // Reports about conduct are never stored on a phone.
    const kept = matters.filter((one) => one && (one.title || one.request_text) && !(one.outcome || []).includes("conduct"));
    sessionStorage.setItem("portal-handed", JSON.stringify({ fields, matters: kept, left: matters.filter((one) => one && (one.outcome || []).includes("conduct")).length }));
    form.dataset.handed = "1";
    location.assign("/offline/#visit");
  }
  function offer() {
    if (!visit || document.querySelector("[data-hand-over]")) return;
    const line = h("p", { className: "notice notice-warning", role: "status", "data-hand-over": "" },
      t("No answer from the portal. You can store this visit on this phone; it is sent by itself later. Photos have to be chosen again."), " ",
      h("button", { type: "button", className: "button", click: () => handOver(visit) }, t("Store on this phone")));
    visit.querySelector(".form-actions").before(line);
    line.scrollIntoView({ block: "center" });
  }
  if (visit) {
    const state = visit.querySelector("[data-saved-state]");
    if (state) new MutationObserver(() => { if (state.dataset.is === "unsent") offer(); }).observe(state, { attributes: true });
  }

  offline.get("device").then((device) => {
    if (!device) return;
    offline.listen(tell);
    tell();
    offline.wake();
    if (navigator.serviceWorker) navigator.serviceWorker.register("/sw.js", { scope: "/" }).catch(() => {});
  });
})(self.offline);
