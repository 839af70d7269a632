"""Files of long work that several nodes read, as folders by name: of an export, of an import.

Without an object store they lie below MEDIA_ROOT, where they are written, and nothing is copied.
With one (S3_BUCKET) a folder below MEDIA_ROOT is only where this node writes: `keep` hands its
files to the store, every other node reads them from there, and `clear` empties the place.
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

# What a killed worker left on its disk is thrown away after this long; no work takes longer.
LEFT_AFTER = timedelta(days=1)


def is_remote():
    return bool(settings.S3_BUCKET)


@dataclass(frozen=True)
class Stored:
    """A file in the store, with as much of a Path as readers use."""

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
    """A folder of files, by its name below the media."""

    def __init__(self, name):
        self.name = name

    @property
    def path(self):
        """Where this node writes."""
        return Path(settings.MEDIA_ROOT) / self.name

    def make(self):
        """Make the folder on this node; its parents too."""
        self.path.mkdir(parents=True, mode=0o700, exist_ok=True)
        return self.path

    def keep(self, *names):
        """Hand files written here to the store: these, or all of the folder."""
        if not is_remote():
            return
        for path in [self.path / name for name in names] or sorted(self.path.iterdir()):
            with path.open("rb") as file:
                default_storage.save(f"{self.name}/{path.name}", File(file))

    def find(self, name):
        """The file, to be read: a Path, or what the store has; None if there is none."""
        if not is_remote():
            path = self.path / name
            return path if path.is_file() else None
        key = f"{self.name}/{name}"
        return Stored(key) if default_storage.exists(key) else None

    def bring(self, name):
        """The file as a Path on this node, fetched if it has to be; None if there is none."""
        path = self.path / name
        if path.is_file():
            return path
        found = self.find(name) if is_remote() else None
        if found is None:
            return None
        # Whoever looks at the name sees all of it or nothing.
        with found.open() as file, tempfile.NamedTemporaryFile(dir=self.make()) as part:
            shutil.copyfileobj(file, part)
            part.flush()
            shutil.copyfile(part.name, path)
        path.chmod(0o600)
        return path

    def clear(self):
        """Empty the place on this node, once its files are in the store."""
        if is_remote():
            shutil.rmtree(self.path, ignore_errors=True)

    def drop(self):
        """Delete the folder, and what is in it, wherever it is."""
        shutil.rmtree(self.path, ignore_errors=True)
        if is_remote():
            for key in list(keys_below(self.name)):
                default_storage.delete(key)


def keys_below(name):
    """The keys of a folder of the store, and of folders in it."""
    return (key for key, _at in changed_below(name))


def changed_below(name):
    """(key, when it was written) of all that a folder of the store holds."""
    return ((key, one.last_modified) for key, one in _below(name))


def size_below(name):
    """Bytes of all that a folder holds, on the disk or in the store."""
    if is_remote():
        return sum(one.size for _key, one in _below(name))
    files = (Path(settings.MEDIA_ROOT) / name).rglob("*")
    return sum(one.stat().st_size for one in files if one.is_file())


def _below(name):
    """(key, object) of a folder of the store."""
    bucket = default_storage.bucket  # pyright: ignore[reportAttributeAccessIssue]  # of S3Storage
    location = default_storage.location  # pyright: ignore[reportAttributeAccessIssue]
    before = f"{location}/" if location else ""
    for one in bucket.objects.filter(Prefix=f"{before}{name}/"):
        yield one.key.removeprefix(before), one


def throw_leftovers_away(*names, at):
    """With a store: what killed processes left in these folders of this node."""
    if not is_remote():
        return
    before = (at - LEFT_AFTER).timestamp()
    for name in names:
        place = Path(settings.MEDIA_ROOT) / name
        for path in place.iterdir() if place.is_dir() else ():
            if path.stat().st_mtime < before:
                shutil.rmtree(path, ignore_errors=True)
