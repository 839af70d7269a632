/* The to-do list by keyboard: choose by number, send, skip, take back. Loaded after portal.js; every
   page works without it. Chromium 86 and later. */
(function () {
  "use strict";

  var hasKeys = !!document.body.dataset.keys;

  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }
  function isSeen(one) { return one.offsetParent !== null; }
  function isTyping(element) {
    if (element.type === "radio" || element.type === "checkbox") { return false; }
    return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.closest("dialog");
  }

  // --- Organs that received such matters before: one key fills the field ---------------------
  all(".quick[hidden]").forEach(function (one) { one.hidden = false; });
  document.addEventListener("click", function (event) {
    var own = event.target.closest && event.target.closest("[data-fill]");
    if (!own) { return; }
    var picker = document.querySelector("[data-picker][data-name=" + own.dataset.fill + "]");
    var button = document.createElement("button");
    button.type = "button";
    button.dataset.pick = own.dataset.value;
    button.dataset.label = own.dataset.label;
    button.dataset.short = own.dataset.label;
    picker.querySelector(".picker-list").appendChild(button);
    button.click();
  });

  // --- Numbered choices: kinds of work, organs, else the first choice of the form ---------------
  function choices() {
    var given = all("main [data-choices]").filter(isSeen)[0];
    if (given) { return all("a, button", given).slice(0, 9); }
    var first = document.querySelector("main form.card input[type=radio]");
    if (!first || !first.form) { return []; }
    return all("input[type=radio]", first.form).filter(function (one) { return one.name === first.name; }).slice(0, 9);
  }
  if (hasKeys) {
    choices().forEach(function (one, at) {
      var hint = document.createElement("kbd");
      hint.className = "key-hint";
      hint.setAttribute("aria-hidden", "true");
      hint.textContent = at + 1;
      var label = one.type === "radio" ? (one.labels && one.labels[0]) : one;
      // Before the text of a chip, which ends with its count.
      if (label) { label.insertBefore(hint, one.type === "radio" ? null : label.firstChild); }
    });
  }
  function chooseNumber(number) {
    var one = choices()[number - 1];
    if (!one) { return false; }
    one.click();
    if (one.type === "radio") { one.focus(); }
    return true;
  }

  function press(selector) {
    var one = all(selector).filter(isSeen)[0];
    if (one) { one.click(); }
    return !!one;
  }

  // Submit the form that has the focus, else that of the page.
  function send() {
    var form = document.activeElement && document.activeElement.form;
    if (!form || form.method !== "post") { form = document.querySelector("main form.card[method=post]"); }
    var button = form && form.querySelector(".button-primary");
    if (!button) { return false; }
    if (form.requestSubmit) { form.requestSubmit(button); } else { button.click(); }
    return true;
  }

  function rowOf(element) { return element.closest && element.closest("main table.list tr"); }

  var goPressed = 0;
  document.addEventListener("keydown", function (event) {
    if (!hasKeys || event.defaultPrevented || event.isComposing || event.keyCode === 229) { return; }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (!event.target.closest("dialog") && send()) { event.preventDefault(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) { return; }
    var afterGo = Date.now() - goPressed < 1500;
    goPressed = event.key === "g" ? Date.now() : 0;
    if (afterGo) { return; }
    var done = false, row = rowOf(event.target), tick, field;
    if (/^[1-9]$/.test(event.key)) {
      done = chooseNumber(Number(event.key));
    } else if (event.key === ".") {
      done = press("main [data-skip]");
    } else if (event.key === "u") {
      done = press(".notice-undo a.button, .notice-undo button");
    } else if (event.key === "p") {
      done = press("main [data-press=p]");
    } else if (event.key === "f") {
      field = all("main form.card input[type=text], main form.card textarea, main form.card select").filter(isSeen)[0];
      if (field) { field.focus(); done = true; }
    } else if (event.key === "x" && row) {
      tick = row.querySelector("input[name=chosen]");
      if (tick) { tick.click(); done = true; }
    } else if (event.key === "Enter" && row && event.target.matches("table.todo-rows a.what")) {
      tick = row.querySelector(".todo-act a");
      if (tick) { tick.click(); done = true; }
    }
    if (done) { event.preventDefault(); }
  });
})();
