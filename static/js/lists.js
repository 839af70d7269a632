/* Lists: sticky heads, restoring filters and scroll position on return, print. Every page works
   without it. Chromium 86 and later. */
(function () {
  "use strict";

  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  function stored(name) {
    try { return JSON.parse(sessionStorage.getItem(name)); } catch (problem) { return null; }
  }
  function store(name, value) {
    try { sessionStorage.setItem(name, JSON.stringify(value)); } catch (problem) { /* full, or refused */ }
  }

  // At once, without the smooth scrolling of the style sheet.
  function stand(y) {
    var root = document.documentElement;
    root.style.scrollBehavior = "auto";
    window.scrollTo(0, y);
    root.style.scrollBehavior = "";
  }

  // --- Table heads stick below the bar if the table is not wider than the page --------------------
  var bar = document.querySelector(".top");
  var wide = window.matchMedia("(min-width: 901px)");
  function fit() {
    var isSticky = bar && wide.matches && window.getComputedStyle(bar).position === "sticky";
    document.documentElement.style.setProperty("--bar", (isSticky ? bar.offsetHeight : 0) + "px");
    all("main .table-card").forEach(function (card) {
      card.classList.remove("sticks");
      if (wide.matches && card.scrollWidth <= card.clientWidth) { card.classList.add("sticks"); }
    });
  }
  fit();
  window.addEventListener("resize", fit);
  document.body.addEventListener("htmx:afterSettle", fit);

  // --- A list reopens with its last tab, filters and page -----------------------------------------
  var here = window.location.pathname;
  var isList = !!document.querySelector("#rows, table.todo-rows");
  var back = stored("back-to-list");
  sessionStorage.removeItem("back-to-list");

  window.addEventListener("pagehide", function () {
    if (isList) { store("list:" + here, { search: window.location.search, y: window.scrollY }); }
    else { store("record", here); }
  });
  if (!isList) {
    all(".crumbs a[href], main a.button[href]").forEach(function (link) {
      var left = link.host === window.location.host && !link.search && stored("list:" + link.pathname);
      if (!left) { return; }
      link.search = left.search;
      link.addEventListener("click", function () { store("back-to-list", { path: link.pathname, y: left.y }); });
    });
  }
  if (isList && back && back.path === here) {
    stand(back.y);
    var record = stored("record");
    var row = record && all("#rows a.what, table.todo-rows a.what").filter(function (one) {
      return record.indexOf(one.pathname) === 0;
    })[0];
    if (row) {
      row.closest("tr").classList.add("returned");
      row.focus({ preventScroll: true });
    }
  }

  // --- Restore the scroll position after an act in a row ---------------------------------------------
  var stood = stored("stood");
  sessionStorage.removeItem("stood");
  if (stood && stood.path === here && Date.now() - stood.at < 20000) { stand(stood.y); }
  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented || event.target.method !== "post") { return; }
    if (event.target.closest("#rows, .table-card")) {
      store("stood", { path: here, y: window.scrollY, at: Date.now() });
    }
  });

  // --- Print ------------------------------------------------------------------------------------
  all("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
