/* The command bar: Ctrl-K, search words, choose a line, Enter. Without it, the search box leads to the search page. */
(function () {
  "use strict";

  var WAIT = 150;
  var bar = document.querySelector("[data-command]");
  if (!bar || !bar.showModal) { return; }
  var input = bar.querySelector("input");
  var found = bar.querySelector("#command-found");
  var box = document.getElementById("top-q");
  var timer = null;
  var asked = null;

  function options() {
    return Array.prototype.slice.call(found.querySelectorAll("[role=option]"));
  }

  function chosen() {
    return found.querySelector("[aria-selected=true]");
  }

  function choose(option) {
    options().forEach(function (one, n) {
      one.id = "command-" + n;
      one.setAttribute("aria-selected", one === option ? "true" : "false");
    });
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
    input.setAttribute("aria-expanded", option ? "true" : "false");
  }

  function say(what) {
    ["asking", "failed"].forEach(function (one) {
      bar.querySelector("[data-" + one + "]").hidden = one !== what;
    });
  }

  function show(html, said) {
    found.innerHTML = html;
    say(said);
    choose(options()[0]);
  }

  // Abort the pending request, whose result would be outdated.
  function forget() {
    if (asked) { asked.abort(); }
    asked = null;
  }

  function ask() {
    var text = input.value.trim();
    forget();
    if (!text) { show(""); return; }
    var mine = asked = new AbortController();
    say("asking");
    fetch(bar.dataset.command + "?q=" + encodeURIComponent(text), {
      credentials: "same-origin", signal: mine.signal, headers: { "HX-Request": "true" }
    }).then(function (response) {
      // After the session has expired, the response is the sign-in page.
      if (!response.ok || response.redirected) { throw new Error(); }
      return response.text();
    }).then(function (html) {
      if (mine === asked) { show(html); }
    }).catch(function () {
      if (mine === asked) { show("", "failed"); }
    });
  }

  function open() {
    if (bar.open) { return; }
    bar.showModal();
    if (box && box.value) { input.value = box.value; }
    input.select();
    ask();
  }

  input.addEventListener("input", function () {
    clearTimeout(timer);
    // The lines shown or requested belong to other words: Enter must not open one of them.
    forget();
    choose(null);
    timer = setTimeout(ask, WAIT);
  });

  input.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) { return; }
    var all = options();
    var at = all.indexOf(chosen());
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length) {
      event.preventDefault();
      choose(all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1 + (at < 0 ? 1 : 0))) % all.length]);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      all[at].click();
    }
  });

  bar.addEventListener("click", function (event) {
    // A click on the backdrop.
    if (event.target === bar) { bar.close(); }
  });

  window.addEventListener("keydown", function (event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || (event.key || "").toLowerCase() !== "k") { return; }
    event.preventDefault();
    event.stopPropagation();
    if (bar.open) { bar.close(); } else { open(); }
  }, true);

  if (box) { box.addEventListener("click", open); }
})();
