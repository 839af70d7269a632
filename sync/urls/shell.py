"""URLs of the offline shell, and its service worker at the root."""

from django.urls import path

from sync.views import shell

urlpatterns = [
    path("sw.js", shell.worker, name="worker"),
    path("offline/", shell.shell, name="shell"),
    path("offline/shell.js", shell.script, name="script"),
    path("offline/shell.css", shell.style, name="style"),
    path("offline/words.js", shell.words, name="words"),
    path("offline/page.js", shell.page, name="page"),
    path("offline/manifest.json", shell.manifest, name="manifest"),
]
