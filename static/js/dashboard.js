/* On a phone the cards of the dashboard are folded: a title and a number each. Runs before they are painted; without script
   they stand open. Chromium 86. */
(function () {
  "use strict";
  if (!window.matchMedia("(max-width: 699px)").matches) { return; }
  Array.prototype.forEach.call(document.querySelectorAll("[data-fold]"), function (one) { one.open = false; });
})();
