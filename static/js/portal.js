/* Hooks are data- attributes; every page works without this file. Chromium 86 and later. */
(function () {
  "use strict";

  function closest(element, selector) {
    return element && element.closest ? element.closest(selector) : null;
  }

  // --- Pickers: type, choose, done ------------------------------------------------------
  function choose(button) {
    var picker = closest(button, "[data-picker]");
    var input = picker.querySelector("input[type=text]");
    var picked = picker.querySelector("[data-picked]");
    var hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = picker.dataset.name;
    hidden.value = button.dataset.pick;
    if (picker.hasAttribute("data-multiple")) {
      var taken = picked.querySelector('input[value="' + button.dataset.pick + '"]');
      if (!taken) {
        var chip = document.createElement("span");
        chip.className = "chip chip-on";
        chip.textContent = button.dataset.short;
        var remove = document.createElement("button");
        remove.type = "button";
        remove.textContent = "×";
        remove.setAttribute("data-unpick", "");
        remove.setAttribute("aria-label", button.dataset.short);
        chip.appendChild(hidden);
        chip.appendChild(remove);
        picked.appendChild(chip);
      }
      input.value = "";
    } else {
      picked.textContent = "";
      picked.appendChild(hidden);
      input.value = button.dataset.label.trim();
    }
    closeList(picker);
    input.focus();
    picker.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: button.dataset }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function closeList(picker) {
    picker.querySelector(".picker-list").textContent = "";
    picker.querySelector("input[type=text]").setAttribute("aria-expanded", "false");
  }

  document.addEventListener("click", function (event) {
    var option = closest(event.target, "[data-pick]");
    if (option) { choose(option); return; }
    var unpick = closest(event.target, "[data-unpick]");
    if (unpick) {
      var holder = closest(unpick, "[data-picker]");
      unpick.parentNode.remove();
      holder.dispatchEvent(new Event("change", { bubbles: true }));
      return;
    }
    document.querySelectorAll("[data-picker]").forEach(function (picker) {
      if (!picker.contains(event.target)) { closeList(picker); }
    });
    document.querySelectorAll(".chips details[open], details.who[open]").forEach(function (one) {
      if (!one.contains(event.target)) { one.open = false; }
    });
  });

  document.addEventListener("input", function (event) {
    var picker = closest(event.target, "[data-picker]");
    if (picker && !picker.hasAttribute("data-multiple")) {
      picker.querySelector("[data-picked]").textContent = "";
    }
  });

  // Who goes to a field that is filled in already mostly wants another: typing takes its place.
  var entered = null;
  document.addEventListener("focusin", function (event) {
    var picker = closest(event.target, "[data-picker]");
    entered = picker && picker.querySelector("[data-picked] > input") ? event.target : null;
    if (entered && entered.select) { entered.select(); }
  });
  document.addEventListener("click", function (event) {
    // The touch that led there has put the cursor between the letters.
    if (entered && event.target === entered && entered.select) { entered.select(); }
    entered = null;
  });

  document.body.addEventListener("htmx:afterSwap", function (event) {
    var picker = closest(event.target, "[data-picker]");
    if (picker) { picker.querySelector("input[type=text]").setAttribute("aria-expanded", "true"); }
  });

  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "k" && toSearch()) { event.preventDefault(); }
    var picker = closest(event.target, "[data-picker]");
    if (!picker) { return; }
    var options = Array.prototype.slice.call(picker.querySelectorAll("[data-pick]"));
    if (event.key === "Escape") { closeList(picker); return; }
    if (!options.length) { return; }
    var at = options.findIndex(function (o) { return o.getAttribute("aria-selected") === "true"; });
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (at >= 0) { options[at].setAttribute("aria-selected", "false"); }
      at = (at + (event.key === "ArrowDown" ? 1 : options.length - 1 + (at < 0 ? 1 : 0))) % options.length;
      options[at].setAttribute("aria-selected", "true");
      options[at].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(options[at < 0 ? 0 : at]);
    }
  });

  // --- Keys: one letter each, never while typing, off for who wants them off (WCAG 2.1.4) ---
  // The help page and the question mark tell them; portal/_keys.html.
  var KEYS_PART = document.body.dataset.keys;
  var goPressed = 0;

  function seen(selector) {
    return Array.prototype.filter.call(document.querySelectorAll(selector), function (one) {
      return one.offsetParent !== null;
    });
  }

  function toSearch() {
    var search = seen("[data-hotkey=k], main input[type=search], .side-search input")[0];
    if (search) { search.focus(); search.select(); }
    return search;
  }

  // The rows of the page are their links: what has the focus, Enter opens by itself.
  function toRow(step, onlyOnward) {
    var rows = seen("main table.list a.what, main a.item");
    var at = rows.indexOf(document.activeElement);
    if (!rows.length || (onlyOnward && at < 0)) { return false; }
    at = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
    rows[at].focus();
    rows[at].scrollIntoView({ block: "nearest" });
    return true;
  }

  function follow(link) {
    if (link) { link.click(); }
    return link;
  }

  function showKeys() {
    var shown = document.querySelector(".keys-window");
    if (shown) { shown.showModal(); return true; }
    fetch(KEYS_PART, { credentials: "same-origin" }).then(function (response) {
      if (!response.ok || response.redirected) { return; }
      return response.text().then(function (html) {
        var around = document.createElement("div");
        around.innerHTML = html;
        document.body.appendChild(around);
        around.querySelector("dialog").showModal();
      });
    });
    return true;
  }

  function isTyping(element) {
    return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || closest(element, "dialog");
  }

  document.addEventListener("keydown", function (event) {
    if (!KEYS_PART || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey ||
        event.isComposing || isTyping(event.target)) { return; }
    var afterGo = Date.now() - goPressed < 1500;
    goPressed = 0;
    var done = false;
    if (afterGo && /^[a-z]$/.test(event.key)) {
      done = follow(document.querySelector("[data-go=" + event.key + "]"));
    } else if (event.key === "g") {
      goPressed = Date.now();
    } else if (event.key === "/") {
      done = toSearch();
    } else if (event.key === "?") {
      done = showKeys();
    } else if (event.key === "j" || event.key === "k") {
      done = toRow(event.key === "j" ? 1 : -1, false);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      done = toRow(event.key === "ArrowDown" ? 1 : -1, true);
    } else if (event.key === "n") {
      done = follow(seen(".head-actions .button-primary, main > .big-button")[0]);
    }
    if (done) { event.preventDefault(); }
  });

  // --- What is wrong comes first, also where the address names a field (then autofocus is passed over) ---
  var wrong = document.querySelector("main .error-summary");
  if (wrong) { wrong.focus(); }

  // --- Tick all ---------------------------------------------------------------------------
  document.addEventListener("change", function (event) {
    if (!event.target.matches("[data-tick-all]")) { return; }
    document.querySelectorAll("input[name=chosen]").forEach(function (box) {
      box.checked = event.target.checked;
    });
  });

  // --- No signal: what was typed stays on the page ------------------------------------------
  var offline = document.querySelector("[data-offline]");
  function showSignal(isThere) {
    if (offline) { offline.hidden = isThere; }
  }
  window.addEventListener("offline", function () { showSignal(false); });
  window.addEventListener("online", function () { showSignal(true); });

  // --- Confirm before loss ----------------------------------------------------------------
  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented) { return; }
    var words = event.target.dataset.confirm || (event.submitter && event.submitter.dataset.confirm);
    if (words && !window.confirm(words)) { event.preventDefault(); return; }
    if (event.target.method === "post") {
      // The browser's own page about it would take the place of the form.
      if (navigator.onLine === false) { event.preventDefault(); showSignal(false); return; }
      // A form pressed twice is sent once; the server would not mind either.
      if (event.target.dataset.sent) { event.preventDefault(); return; }
      event.target.dataset.sent = "1";
      window.setTimeout(function () { delete event.target.dataset.sent; }, 4000);
    }
  });

  // --- Drafts: kept on the server while typing ----------------------------------------------
  var form = document.querySelector("form[data-draft]");
  if (form) {
    var timer = null, dirty = false, sending = false, isSure = false;
    var word = document.querySelector("[data-saved-state]");
    var hints = document.querySelector("[data-hints]");
    // The longest that somebody who pressed “Save” waits for a line that swallows everything.
    var PATIENCE = 20000;
    var send = function (how) {
      dirty = false;
      sending = true;
      var body = new URLSearchParams();
      new FormData(form).forEach(function (value, name) {
        if (typeof value === "string") { body.append(name, value); }
      });
      var given = {
        method: "POST", body: body, credentials: "same-origin",
        headers: { "X-CSRFToken": body.get("csrfmiddlewaretoken"), "HX-Request": "true" }
      };
      return fetch(form.dataset.draft, Object.assign(given, how)).then(function (response) {
        if (response.ok && !response.redirected) {
          // The page is cached nowhere: going back to it or loading it anew opens the draft.
          window.history.replaceState(null, "", "?draft=" + body.get("key"));
        }
        sending = false;
        return response;
      }, function (problem) {
        sending = false;
        throw problem;
      });
    };
    var notKept = function () {
      dirty = true;
      word.textContent = word.dataset.unsaved;
    };
    var save = function (how) {
      if (sending || !dirty) { return; }
      send(how).then(function (response) {
        if (response.redirected && response.url.indexOf("draft") > 0) {
          // Signed out meanwhile: it is kept all the same, and opens after the sign-in.
          word.textContent = word.dataset.signedOut;
          return null;
        }
        if (!response.ok || response.redirected) { throw new Error(String(response.status)); }
        return response.text().then(function (html) {
          word.textContent = word.dataset.saved;
          if (hints) { hints.innerHTML = html; }
        });
      }).catch(notKept);
    };
    var changed = function () {
      dirty = true;
      window.clearTimeout(timer);
      timer = window.setTimeout(save, 1500);
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    window.setInterval(save, 15000);
    window.addEventListener("online", function () { save(); });
    window.addEventListener("beforeunload", function (event) {
      // Without a line nothing can be kept: the browser asks whether to leave.
      if (dirty && navigator.onLine === false) { event.preventDefault(); event.returnValue = ""; }
      save();
    });
    // A phone that is put away ends pages without a word; such a request outlives its page.
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden") { save({ keepalive: true }); }
    });
    // The return key of a phone would press the first button there is.
    form.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && event.target.tagName === "INPUT") { event.preventDefault(); }
    });
    // First the draft, then the form: without a line the page stays, with photos and all.
    form.addEventListener("submit", function (event) {
      window.clearTimeout(timer);
      if (isSure || !form.requestSubmit || !event.submitter) { return; }
      event.preventDefault();
      if (form.dataset.asking) { return; }
      form.dataset.asking = "1";
      word.textContent = word.dataset.saving;
      var patience = new AbortController();
      var end = window.setTimeout(function () { patience.abort(); }, PATIENCE);
      send({ signal: patience.signal }).then(function (response) {
        if (response.status >= 500) { throw new Error(String(response.status)); }
        isSure = true;
        form.requestSubmit(event.submitter);
      }).catch(function () {
        notKept();
        showSignal(false);
      }).then(function () {
        window.clearTimeout(end);
        isSure = false;
        delete form.dataset.asking;
      });
    });
  }

  // --- Words and hints by the unit's kind (分类指导) -------------------------------------------
  function showKind(kind) {
    document.querySelectorAll("[data-for-kind]").forEach(function (part) {
      part.hidden = part.dataset.forKind !== kind;
    });
  }
  // Of a select, those of all kinds and then those of this kind, in its order.
  function offer(select, kind) {
    var chosen = select.value, ofKinds = JSON.parse(select.dataset.ofKinds), known = [], own = {};
    Object.keys(ofKinds).forEach(function (one) { known = known.concat(ofKinds[one]); });
    if (!select.all) { select.all = Array.prototype.slice.call(select.options); }
    select.all.forEach(function (option) { own[option.value] = option; });
    select.textContent = "";
    select.all.forEach(function (option) {
      if (known.indexOf(option.value) < 0) { select.appendChild(option); }
    });
    ofKinds[kind].forEach(function (value) { if (own[value]) { select.appendChild(own[value]); } });
    select.value = chosen;
    if (select.value !== chosen) { select.selectedIndex = 0; }
  }
  // Whoever mostly raises a matter or is given aid at such a unit, unless another was chosen.
  function raise(select, kind) {
    var firsts = JSON.parse(select.dataset.firsts);
    var isFirst = Object.keys(firsts).some(function (one) { return firsts[one] === select.value; });
    if (isFirst) { select.value = firsts[kind]; }
  }
  function unitAbove(select) {
    var part = closest(select, ".matter-part"), form = closest(select, "form");
    return (part && part.querySelector("[data-picker][data-name$=unit]"))
      || (form && form.querySelector("[data-picker][data-name=unit]"));
  }
  function fitKinds(within, isNew) {
    within.querySelectorAll("select[data-of-kinds]").forEach(function (select) {
      var unit = unitAbove(select);
      offer(select, unit && unit.dataset.kind || select.dataset.kind);
    });
    within.querySelectorAll("select[data-firsts]").forEach(function (select) {
      var unit = unitAbove(select);
      if (isNew && unit && unit.dataset.kind) { raise(select, unit.dataset.kind); }
    });
  }
  document.addEventListener("picked", function (event) {
    if (!event.detail.kind) { return; }
    closest(event.target, "[data-picker]").dataset.kind = event.detail.kind;
    showKind(event.detail.kind);
    fitKinds(document, true);
  });
  fitKinds(document, false);

  // --- What a matter's outcome does not need is put away ------------------------------------------
  var NEEDED = {
    result_text: "on_the_spot", channel: "referred", channel_number: "referred",
    subject_organ_text: "conduct"
  };
  function tidyPart(part) {
    var outcome = part.querySelector("select[name$=outcome]");
    if (!outcome) { return; }
    Object.keys(NEEDED).forEach(function (name) {
      var field = part.querySelector("[name$=" + name + "]");
      var box = closest(field, ".field");
      if (box) { box.hidden = outcome.value !== NEEDED[name] && !box.classList.contains("has-error"); }
    });
  }
  function tidyParts() {
    document.querySelectorAll("form").forEach(function (whole) {
      var parts = whole.querySelectorAll(".matter-part");
      if (parts.length) { parts.forEach(tidyPart); } else { tidyPart(whole); }
    });
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("select[name$=outcome]")) { tidyParts(); }
  });
  tidyParts();

  // --- One's own villages, one touch away -------------------------------------------------------
  document.addEventListener("click", function (event) {
    var own = closest(event.target, "[data-fill-unit]");
    if (!own) { return; }
    var picker = document.querySelector("[data-picker][data-name=unit]");
    var button = document.createElement("button");
    button.dataset.pick = own.dataset.fillUnit;
    button.dataset.label = own.dataset.label;
    button.dataset.kind = own.dataset.kind;
    picker.querySelector(".picker-list").appendChild(button);
    choose(button);
  });

  // --- One more matter in the same form --------------------------------------------------------
  var add = document.querySelector("[data-add-part]");
  if (add) {
    add.addEventListener("click", function (event) {
      event.preventDefault();
      var total = document.getElementById("id_matters-TOTAL_FORMS");
      var html = document.getElementById("matter-part").innerHTML.replace(/__prefix__/g, total.value);
      add.insertAdjacentHTML("beforebegin", html);
      total.value = Number(total.value) + 1;
      var part = add.previousElementSibling;
      if (window.htmx) { window.htmx.process(part); }
      part.querySelector("input[type=text]").focus();
      fitKinds(part, true);
      tidyParts();
    });
  }

  // --- Typing ballots: one key, and on to the next line -------------------------------------------
  document.addEventListener("input", function (event) {
    var typed = event.target;
    if (!typed.hasAttribute || !typed.hasAttribute("data-key") || typed.value.length !== 1) { return; }
    var keys = Array.prototype.slice.call(typed.form.querySelectorAll("[data-key]"));
    var next = keys[keys.indexOf(typed) + 1];
    if (next) { next.focus(); next.select(); }
  });
})();
