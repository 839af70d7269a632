/* On a phone, the cards of the dashboard are folded to a title and a number. Runs before the first paint; without script they
   are open. Chromium 86. */
(function () {
  "use strict";
  if (!window.matchMedia("(max-width: 699px)").matches) { return; }
  Array.prototype.forEach.call(document.querySelectorAll("[data-fold]"), function (one) { one.open = false; });
})();
