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
    var input = picker.querySelector("input[type=text]");
    picker.querySelector(".picker-list").textContent = "";
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function tellInList(picker, words) {
    var list = picker.querySelector(".picker-list"), line = document.createElement("p");
    line.setAttribute("role", "status");
    line.textContent = words;
    list.textContent = "";
    list.appendChild(line);
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
    if (!picker) { return; }
    if (!picker.hasAttribute("data-multiple")) {
      picker.querySelector("[data-picked]").textContent = "";
    }
    // The results belong to earlier input.
    closeList(picker);
  });

  // Select the value of a filled-in picker on focus, so that typing replaces it.
  var entered = null;
  document.addEventListener("focusin", function (event) {
    var picker = closest(event.target, "[data-picker]");
    entered = picker && picker.querySelector("[data-picked] > input") ? event.target : null;
    if (entered && entered.select) { entered.select(); }
  });
  document.addEventListener("click", function (event) {
    // The click that gave focus has set the cursor; select again.
    if (entered && event.target === entered && entered.select) { entered.select(); }
    entered = null;
  });

  document.body.addEventListener("htmx:afterSwap", function (event) {
    var picker = closest(event.target, "[data-picker]");
    if (!picker) { return; }
    picker.querySelectorAll("[data-pick]").forEach(function (option, at) {
      option.id = event.target.id + "_" + at;
    });
    picker.querySelector("input[type=text]").setAttribute("aria-expanded", "true");
  });

  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach(function (failed) {
    document.body.addEventListener(failed, function (event) {
      var picker = closest(event.target, "[data-picker]");
      if (picker && document.body.dataset.notFound) { tellInList(picker, document.body.dataset.notFound); }
    });
  });

  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "k" && toSearch()) { event.preventDefault(); }
    var picker = closest(event.target, "[data-picker]");
    // Enter during IME composition confirms characters, not an option.
    if (!picker || event.isComposing || event.keyCode === 229) { return; }
    var options = Array.prototype.slice.call(picker.querySelectorAll("[data-pick]"));
    if (event.key === "Escape") { closeList(picker); return; }
    if (!options.length) { return; }
    var at = options.findIndex(function (o) { return o.getAttribute("aria-selected") === "true"; });
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (at >= 0) { options[at].setAttribute("aria-selected", "false"); }
      at = (at + (event.key === "ArrowDown" ? 1 : options.length - 1 + (at < 0 ? 1 : 0))) % options.length;
      options[at].setAttribute("aria-selected", "true");
      event.target.setAttribute("aria-activedescendant", options[at].id);
      options[at].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(options[at < 0 ? 0 : at]);
    }
  });

  // --- Keys: single letters, ignored during typing, can be switched off (WCAG 2.1.4) ---------
  // Listed on the help page and by the question mark; portal/_keys.html.
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

  // Rows are represented by their links, so that Enter opens the focused one natively.
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

  // --- Focus the error summary; needed because a URL fragment suppresses autofocus ------------------------
  var wrong = document.querySelector("main .error-summary");
  if (wrong) { wrong.focus(); }

  // --- Tick all ---------------------------------------------------------------------------
  document.addEventListener("change", function (event) {
    if (!event.target.matches("[data-tick-all]")) { return; }
    document.querySelectorAll("input[name=chosen]").forEach(function (box) {
      box.checked = event.target.checked;
    });
  });

  // --- No signal: the input stays on the page -----------------------------------------------
  var offline = document.querySelector("[data-offline]");
  function showSignal(isThere) {
    if (offline) { offline.hidden = isThere; }
  }
  window.addEventListener("offline", function () { showSignal(false); });
  window.addEventListener("online", function () { showSignal(true); });

  // --- Requests with a timeout (`patience`, in milliseconds) -------------------------------------
  function ask(address, options, patience) {
    var given = Object.assign({ credentials: "same-origin" }, options), end;
    if (window.AbortController) {
      var limit = new AbortController();
      given.signal = limit.signal;
      end = window.setTimeout(function () { limit.abort(); }, patience);
    }
    return fetch(address, given).then(function (response) {
      window.clearTimeout(end);
      return response;
    }, function (problem) {
      window.clearTimeout(end);
      throw problem;
    });
  }

  // --- State of a form, shown beside its buttons -------------------------------------------------
  function state(form) {
    var word = form.querySelector("[data-saved-state]");
    return function (name, more) {
      if (!word) { return; }
      word.textContent = name ? word.dataset[name].replace("{}", more === undefined ? "" : more) : "";
      word.dataset.is = name;
    };
  }
  // The fields of matters that are about somebody's conduct.
  function aboutConduct(form) {
    var found = [];
    form.querySelectorAll("select[name$=outcome]").forEach(function (outcome) {
      if (outcome.value !== "conduct") { return; }
      var before = outcome.name.slice(0, -"outcome".length);
      if (!before) { return; }
      form.querySelectorAll("[name^='" + before + "']").forEach(function (one) { found.push(one); });
    });
    return found;
  }
  function hour() {
    var now = new Date();
    return ("0" + now.getHours()).slice(-2) + ":" + ("0" + now.getMinutes()).slice(-2);
  }
  function hasFiles(form) {
    return Array.prototype.some.call(form.querySelectorAll("input[type=file]"), function (input) {
      return input.files && input.files.length;
    });
  }

  // --- Confirm before loss ----------------------------------------------------------------
  // Timeouts of a form without and with files, after which it can be sent again.
  var FORM_ENDS = 30000, UPLOAD_ENDS = 900000, CANCEL_AFTER = 10000;
  function underWay(form, submitter, upload) {
    var say = state(form), began = Date.now(), cancel = form.querySelector("[data-cancel-sending]");
    function stop() {
      window.clearInterval(clock);
      delete form.dataset.sent;
      if (cancel) { cancel.hidden = true; }
    }
    function giveUp() {
      stop();
      if (upload) { upload.abort(); } else { window.stop(); }
      say("unsent");
    }
    if (upload) { upload.onerror = upload.onabort = giveUp; }
    function tick() {
      var lasts = Date.now() - began;
      if (lasts > (upload ? UPLOAD_ENDS : FORM_ENDS)) { giveUp(); return; }
      if (upload && upload.sent < 100) {
        say("uploading", upload.sent);
      } else {
        say("saving", Math.round(lasts / 1000));
      }
      if (cancel && lasts > CANCEL_AFTER) { cancel.hidden = false; cancel.onclick = giveUp; }
    }
    var clock = window.setInterval(tick, 1000);
    window.addEventListener("pagehide", function () { window.clearInterval(clock); });
    if (upload) { say("uploading", 0); } else { say("saving", 0); }
    return clock;
  }
  // Send files by XMLHttpRequest, so that the page shows progress and keeps the chosen files if the
  // connection fails. The response is then opened as the browser would have done.
  function sendFiles(form, submitter) {
    var upload = new XMLHttpRequest(), all = new FormData(form);
    if (submitter && submitter.name) { all.append(submitter.name, submitter.value); }
    upload.sent = 0;
    upload.upload.onprogress = function (event) {
      if (event.lengthComputable) { upload.sent = Math.floor(100 * event.loaded / event.total); }
    };
    upload.onload = function () {
      window.clearInterval(clock);
      var leadsTo = upload.getResponseHeader("X-Leads-To");
      if (leadsTo) { window.location.assign(leadsTo); return; }
      document.open();
      document.write(upload.responseText);
      document.close();
    };
    upload.open("POST", (submitter && submitter.getAttribute("formaction")) || form.getAttribute("action") || window.location.href);
    upload.setRequestHeader("X-Files", "yes");
    var clock = underWay(form, submitter, upload);
    upload.send(all);
  }
  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented) { return; }
    var form = event.target, submitter = event.submitter;
    var words = form.dataset.confirm || (submitter && submitter.dataset.confirm);
    if (words && !window.confirm(words)) { event.preventDefault(); return; }
    if (form.method === "post") {
      // The browser's own offline page would replace the form.
      if (navigator.onLine === false) {
        event.preventDefault();
        showSignal(false);
        state(form)("unsent");
        return;
      }
      // Ignore a double submit; the server handles one as well.
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      if (form.querySelector("[data-saved-state]") && !form.target) {
        if (hasFiles(form)) {
          event.preventDefault();
          sendFiles(form, submitter);
          return;
        }
        underWay(form, submitter);
      } else {
        window.setTimeout(function () { delete form.dataset.sent; }, 4000);
      }
    }
  });

  // --- Too long: shown during typing, never truncated ----------------------------------------------
  function tellLength(field) {
    var words = document.body.dataset.over;
    if (!words) { return; }
    // Count like the server: code points, with two for a line end.
    var has = Array.from(field.value.trim().replace(/\r?\n/g, "\r\n")).length;
    var over = has - Number(field.dataset.most), note = field.nextElementSibling;
    if (!note || !note.matches(".over-limit")) {
      if (over <= 0) { return; }
      note = document.createElement("p");
      note.className = "over-limit field-error";
      note.setAttribute("role", "status");
      field.insertAdjacentElement("afterend", note);
    }
    note.textContent = over > 0 ? words.replace("{}", over.toLocaleString()) : "";
  }
  document.addEventListener("input", function (event) {
    if (event.target.matches("[data-most]")) { tellLength(event.target); }
  });
  document.querySelectorAll("[data-most]").forEach(tellLength);

  // A window keeps its name across pages.
  function nameOfWindow() {
    var name = Math.random().toString(36).slice(2);
    try {
      name = window.sessionStorage.getItem("window") || name;
      window.sessionStorage.setItem("window", name);
    } catch (refused) { /* Without storage, each page counts as a separate window. */ }
    return name;
  }

  // --- Drafts: kept on the server while typing ----------------------------------------------
  var form = document.querySelector("form[data-draft]");
  if (form) {
    // `typed` counts changes; `kept` is the last one stored on the server.
    var timer = null, typed = 0, kept = 0, sending = false, isSure = false;
    var say = state(form);
    var hints = document.querySelector("[data-hints]");
    var PATIENCE = 10000, RETRY = 15000;
    // Requests that outlive their page (keepalive) are limited to 64 KiB in all.
    var ROOM = 60000;
    // For two windows with one draft: lets the server distinguish them, and a lost response from a
    // change in the other window.
    var here = nameOfWindow(), version = form.dataset.version || "";
    var body = function () {
      var all = new FormData();
      new FormData(form).forEach(function (value, name) {
        if (typeof value === "string") { all.append(name, value); }
      });
      // Passwords stay on the page.
      form.querySelectorAll("input[type=password]").forEach(function (one) { all.delete(one.name); });
      // So do reports about conduct, including the fact that there is one.
      aboutConduct(form).forEach(function (one) { all.delete(one.name); });
      all.append("draft_window", here);
      all.append("draft_version", version);
      all.append("draft_path", window.location.pathname);
      all.append("draft_title", (document.querySelector("main h1") || {}).textContent || "");
      return all;
    };
    var sizeOf = function (all) {
      var size = 0;
      all.forEach(function (value, name) { size += new Blob([name, value]).size + 120; });
      return size;
    };
    // Resolves to the result; rejects if it is unknown.
    var send = function (how, patience) {
      var upTo = typed, all = body();
      sending = true;
      var given = {
        method: "POST", body: all,
        headers: { "X-CSRFToken": all.get("csrfmiddlewaretoken"), "HX-Request": "true" }
      };
      return ask(form.dataset.draft, Object.assign(given, how), patience).then(function (response) {
        sending = false;
        if (response.redirected) { return response.url.indexOf("draft") > 0 ? "signedOut" : "unsaved"; }
        if (response.status === 413) { return "tooLong"; }
        if (response.status === 409) {
          var own = response.headers.get("X-Draft-Key");
          if (!own) { return "finished"; }
          // Stored as a separate draft beside the other window's.
          form.querySelector("input[name=key]").value = own;
        } else if (!response.ok) {
          return "unsaved";
        }
        version = response.headers.get("X-Draft-Version") || version;
        kept = upTo;
        // The page is not cached: going back or reloading must open the draft.
        var address = new URLSearchParams(window.location.search);
        address.set("draft", form.querySelector("input[name=key]").value);
        window.history.replaceState(null, "", "?" + address);
        return response.text().then(function (html) {
          if (hints && response.ok) { hints.innerHTML = html; }
          return response.ok ? "saved" : "elsewhere";
        });
      }, function (problem) {
        sending = false;
        throw problem;
      });
    };
    var tell = function (became) {
      // The user may have typed more since than the server has.
      if (became === "saved" && kept !== typed) { became = "changed"; }
      if (became === "saved" && aboutConduct(form).length) { became = "savedWithout"; }
      say(became, hour());
    };
    var save = function () {
      if (sending || kept === typed || form.dataset.asking || form.dataset.sent) { return; }
      say("keeping");
      send({}, PATIENCE).then(tell).catch(function () { say("unsaved"); });
    };
    var changed = function () {
      typed += 1;
      say("changed");
      window.clearTimeout(timer);
      timer = window.setTimeout(save, 1500);
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    window.setInterval(save, RETRY);
    window.addEventListener("online", save);
    window.addEventListener("beforeunload", function (event) {
      // Offline, nothing can be stored, so let the browser ask whether to leave,
      // unless the phone itself has taken it over (js/offline/badge.js).
      if (kept !== typed && navigator.onLine === false && !form.dataset.handed) { event.preventDefault(); event.returnValue = ""; }
    });
    // Mobile browsers end hidden pages without notice; a keepalive request outlives the page if it is
    // small enough. It is sent even if an earlier request is still pending.
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState !== "hidden" || kept === typed || form.dataset.sent) { return; }
      var isSmall = sizeOf(body()) < ROOM;
      send(isSmall ? { keepalive: true } : {}, PATIENCE).then(tell).catch(function () {
        say(isSmall ? "unsaved" : "tooLongToLeave");
      });
    });
    // Enter on a phone would press the first button.
    form.addEventListener("keydown", function (event) {
      if (form.hasAttribute("data-return-stays") && event.key === "Enter" && event.target.tagName === "INPUT") { event.preventDefault(); }
    });
    // Save the draft before sending the form; offline, the page stays with its photos.
    form.addEventListener("submit", function (event) {
      window.clearTimeout(timer);
      if (isSure || event.defaultPrevented || !form.requestSubmit || !event.submitter) { return; }
      // All changes are stored, and there are no files to lose.
      if (kept === typed && !hasFiles(form)) { return; }
      event.preventDefault();
      if (form.dataset.asking || form.dataset.sent) { return; }
      form.dataset.asking = "1";
      say("saving", 0);
      var submitter = event.submitter;
      // The longest wait after “Save” on a connection that swallows everything.
      send({}, 2 * PATIENCE).then(function (became) {
        if (became === "unsaved") { throw new Error(became); }
        isSure = true;
        form.requestSubmit(submitter);
      }).catch(function () {
        say("unsent");
        showSignal(false);
      }).then(function () {
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
  // Show the options for all kinds, then those of this kind in its order.
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
  // Preset the usual raiser or recipient at this kind of unit, unless another was chosen.
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

  // --- Hide the fields that a matter's outcome does not need --------------------------------------
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

  // --- Buttons for the user's own villages ------------------------------------------------------
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

  // --- One more matter in the same form, or one less ---------------------------------------------
  function showRemoving() {
    document.querySelectorAll("[data-remove-part]").forEach(function (one) { one.hidden = false; });
  }
  // Renumber the parts behind a removed one: the server expects numbers from 0 without gaps.
  function moveUp(part, at) {
    part.querySelectorAll("*").forEach(function (one) {
      Array.prototype.forEach.call(one.attributes, function (attribute) {
        attribute.value = attribute.value.replace(/matters-\d+-/g, "matters-" + at + "-");
      });
    });
  }
  document.addEventListener("click", function (event) {
    var button = closest(event.target, "[data-remove-part]");
    if (!button) { return; }
    var part = closest(button, ".matter-part"), form = closest(part, "form");
    part.remove();
    var left = form.querySelectorAll(".matter-part");
    left.forEach(moveUp);
    document.getElementById("id_matters-TOTAL_FORMS").value = left.length;
    form.dispatchEvent(new Event("change", { bubbles: true }));
    form.querySelector("[data-add-part]").focus();
  });
  showRemoving();
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
      showRemoving();
      part.querySelector("input[type=text]").focus();
      fitKinds(part, true);
      tidyParts();
    });
  }

  // --- On a phone set up for writing without a signal, show unsent entries on each page ------------
  try {
    if (window.localStorage.getItem("portal-phone")) {
      var badge = document.createElement("script");
      badge.src = "/offline/page.js";
      document.head.appendChild(badge);
    }
  } catch (refused) { /* Without storage, it is not such a phone. */ }

  // --- Typing ballots: one key, then the next line -----------------------------------------------
  document.addEventListener("input", function (event) {
    var typed = event.target;
    if (!typed.hasAttribute || !typed.hasAttribute("data-key") || typed.value.length !== 1) { return; }
    var keys = Array.prototype.slice.call(typed.form.querySelectorAll("[data-key]"));
    var next = keys[keys.indexOf(typed) + 1];
    if (next) { next.focus(); next.select(); }
  });
})();
