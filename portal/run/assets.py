"""Third-party page assets: serves the listed files of node_modules and nothing else."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, get_finders
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command

ALLOWED = {
    "vendor/bootstrap.css": "bootstrap/dist/css/bootstrap.min.css",
    # The style sheet refers to it; without it collectstatic fails.
    "vendor/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    "vendor/echarts.js": "echarts/dist/echarts.min.js",
    "vendor/htmx.js": "htmx.org/dist/htmx.min.js",
    "vendor/idb.js": "idb/build/umd.js",
}


class NodeModulesFinder(BaseFinder):
    def __init__(self, app_names=None, *args, **kwargs):
        self.storage = _Renamed(location=settings.NODE_MODULES)

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        found = Path(settings.NODE_MODULES) / ALLOWED[path] if path in ALLOWED else None
        if not found or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns):
        for path in ALLOWED:
            yield path, self.storage


class _Renamed(FileSystemStorage):
    """Maps the name of an asset to its file in node_modules."""

    prefix = ""

    def path(self, name):
        return super().path(ALLOWED.get(name.replace("\\", "/"), name))


def collect():
    """Run collectstatic, which takes some ten seconds, only if the files have changed."""
    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            found.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    mark = settings.STATIC_ROOT.parent / "static-from"
    is_there = (settings.STATIC_ROOT / "staticfiles.json").exists()
    if is_there and mark.exists() and mark.read_text() == found.hexdigest():
        return
    mark.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(found.hexdigest())
