"""Files of long work that several nodes read, in named folders: one for each export or import.

Without an object store they are below MEDIA_ROOT, where they are written, and nothing is copied.
With one (S3_BUCKET), a folder below MEDIA_ROOT is only this node's workspace: `keep` uploads its
files to the store, all other nodes read them there, and `clear` empties the workspace.
"""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

# Leftovers of a killed worker are deleted after this long; no work takes longer.
LEFT_AFTER = timedelta(days=1)


def is_remote():
    return bool(settings.S3_BUCKET)


@dataclass(frozen=True)
class Stored:
    """A file in the store, with the methods of Path that readers use."""

    key: str

    @property
    def suffix(self):
        return Path(self.key).suffix

    def open(self, mode="rb"):
        # Django's File reads like a file, but is not typed as one.
        return cast("IO[bytes]", default_storage.open(self.key, mode))

    def read_bytes(self):
        with self.open() as file:
            return file.read()

    def read_text(self):
        return self.read_bytes().decode()


class Folder:
    """A folder of files, by its name below MEDIA_ROOT."""

    def __init__(self, name):
        self.name = name

    @property
    def path(self):
        """The directory where this node writes."""
        return Path(settings.MEDIA_ROOT) / self.name

    def make(self):
        """Make the folder on this node; its parents too."""
        self.path.mkdir(parents=True, mode=0o700, exist_ok=True)
        return self.path

    def keep(self, *names):
        """Upload files of this node to the store: those named, or all of the folder."""
        if not is_remote():
            return
        for path in [self.path / name for name in names] or sorted(self.path.iterdir()):
            with path.open("rb") as file:
                default_storage.save(f"{self.name}/{path.name}", File(file))

    def find(self, name):
        """Return the file for reading, as a Path or as `Stored`; None if there is none."""
        if not is_remote():
            path = self.path / name
            return path if path.is_file() else None
        key = f"{self.name}/{name}"
        return Stored(key) if default_storage.exists(key) else None

    def bring(self, name):
        """Return the file as a Path on this node, fetched if necessary; None if there is none."""
        path = self.path / name
        if path.is_file():
            return path
        found = self.find(name) if is_remote() else None
        if found is None:
            return None
        # Renamed when complete, so that another process never reads half of it.
        with found.open() as file, tempfile.TemporaryDirectory(dir=self.make().parent) as spare:
            part = Path(spare) / path.name
            with part.open("wb") as copy:
                shutil.copyfileobj(file, copy)
            part.chmod(0o600)
            part.replace(path)
        return path

    def clear(self):
        """Empty the folder on this node, once its files are in the store."""
        if is_remote():
            shutil.rmtree(self.path, ignore_errors=True)

    def drop(self):
        """Delete the folder with its files, on this node and in the store."""
        shutil.rmtree(self.path, ignore_errors=True)
        if is_remote():
            for key in list(keys_below(self.name)):
                default_storage.delete(key)


def keys_below(name):
    """Return the keys in a folder of the store and its subfolders."""
    return (key for key, _at in changed_below(name))


def changed_below(name):
    """Return (key, last modified) of everything in a folder of the store."""
    return ((key, one.last_modified) for key, one in _below(name))


def size_below(name):
    """Return the bytes of everything in a folder, on the disk or in the store."""
    if is_remote():
        return sum(one.size for _key, one in _below(name))
    files = (Path(settings.MEDIA_ROOT) / name).rglob("*")
    return sum(one.stat().st_size for one in files if one.is_file())


def _below(name):
    """Yield (key, object) of a folder of the store."""
    bucket = default_storage.bucket  # pyright: ignore[reportAttributeAccessIssue]  # of S3Storage
    location = default_storage.location  # pyright: ignore[reportAttributeAccessIssue]
    before = f"{location}/" if location else ""
    for one in bucket.objects.filter(Prefix=f"{before}{name}/"):
        yield one.key.removeprefix(before), one


def delete_leftovers(*names, at):
    """With a store, delete what killed processes left in these folders of this node."""
    if not is_remote():
        return
    before = (at - LEFT_AFTER).timestamp()
    for name in names:
        place = Path(settings.MEDIA_ROOT) / name
        for path in place.iterdir() if place.is_dir() else ():
            if path.stat().st_mtime < before:
                shutil.rmtree(path, ignore_errors=True)
