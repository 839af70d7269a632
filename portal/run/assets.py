"""Third-party page assets: exact files out of node_modules, nothing else of it is served."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

ALLOWED = {
    "vendor/bootstrap.css": "bootstrap/dist/css/bootstrap.min.css",
    # Named by the style sheet itself; without it the hashed collection refuses the whole.
    "vendor/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    "vendor/echarts.js": "echarts/dist/echarts.min.js",
    "vendor/htmx.js": "htmx.org/dist/htmx.min.js",
}


class NodeModulesFinder(BaseFinder):
    def __init__(self, app_names=None, *args, **kwargs):
        self.storage = _Renamed(location=settings.NODE_MODULES)

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        source = ALLOWED.get(path)
        found = str(Path(settings.NODE_MODULES) / source) if source else None
        if found and not Path(found).is_file():
            found = None
        return ([found] if found else []) if find_all else (found or [])

    def list(self, ignore_patterns):
        for path in ALLOWED:
            yield path, self.storage


class _Renamed(FileSystemStorage):
    """Opens a served name at its place in node_modules."""

    prefix = ""

    def path(self, name):
        return super().path(ALLOWED.get(name.replace("\\", "/"), name))
