/* Security keys (WebAuthn): a button passes the page's request to the key and sends the response with
   its form. Without this file the authenticator app remains. Chromium 86 and later. */
(function () {
  "use strict";

  var button = document.querySelector("[data-key]");
  if (!button || !window.webauthnJSON || !window.PublicKeyCredential) return;
  var failed = document.querySelector("[data-key-failed]");
  var asked = JSON.parse(document.getElementById("key-asked").textContent);
  button.hidden = false;
  document.querySelector("[data-key-missing]").hidden = true;

  button.addEventListener("click", function () {
    failed.hidden = true;
    button.disabled = true;
    var answer = button.dataset.key === "create"
      ? window.webauthnJSON.create(asked.creation_options)
      : window.webauthnJSON.get(asked.request_options);
    answer.then(function (credential) {
      button.form.elements.credential.value = JSON.stringify(credential);
      button.form.submit();
    }, function () {
      button.disabled = false;
      failed.hidden = false;
    });
  });
})();
