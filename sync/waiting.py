"""The sealed bytes of photos, in files beside the attachments until they are stored for good.

A photo grows in its file by chunks; the row says how many bytes count, and a file may hold more
after a crash. It stays sealed, so nothing in the folder can be read without the keys.
"""

import contextlib
import os
from pathlib import Path

from django.conf import settings


def _path(part):
    # Below the attachments, so that a backup has them. By the key of the entry: rows of two
    # databases never share a file.
    root = Path(settings.MEDIA_ROOT) / "attachments" / "phones"
    return root / str(part.entry.key) / str(part.pk)


def write(part, content):
    """Write a chunk behind the bytes that count; False if those are not there any more."""
    path = _path(part)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        if file.seek(0, os.SEEK_END) < part.received:
            return False
        file.seek(part.received)
        file.write(content)
        file.truncate()
    return True


def read(part):
    """The bytes that count; b"" if they are gone."""
    try:
        with _path(part).open("rb") as file:
            return file.read(part.received)
    except FileNotFoundError:
        return b""


def settle(part):
    """Have the file on the disk before somebody hears that it is stored."""
    on_disk(_path(part))


def on_disk(path):
    """Have a file on the disk, and its name in the folders below that of the attachments: once a
    photo is said to be stored, its phone deletes it."""
    root = Path(settings.MEDIA_ROOT)
    for one in (path, *(folder for folder in path.parents if folder.is_relative_to(root))):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def drop(part):
    """Delete the file, and the folder of its entry once it is empty."""
    path = _path(part)
    path.unlink(missing_ok=True)
    _drop_empty(path.parent)


def tidy(needed, *, before):
    """Delete files that no row needs any more: a process was killed between the end of a photo and
    the deletion of its file. `needed` says which of these files of an entry are; what changed after
    the moment `before` is left alone. Returns how many were deleted."""
    root = Path(settings.MEDIA_ROOT) / "attachments" / "phones"
    count = 0
    for folder in sorted(root.glob("*")):
        # As many as an entry has photos.
        old = [one for one in folder.glob("*") if one.stat().st_mtime < before.timestamp()]
        keep = needed(folder.name, [one.name for one in old]) if old else ()
        for file in old:
            if file.name not in keep:
                file.unlink(missing_ok=True)
                count += 1
        _drop_empty(folder)
    return count


def _drop_empty(folder):
    with contextlib.suppress(OSError):
        folder.rmdir()
