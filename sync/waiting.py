"""Sealed bytes of photos, in files next to the attachments until they are stored for good.

A photo's file grows by chunks; the row says how many bytes are valid, and after a crash the file
may hold more. It stays sealed, so nothing in the folder can be read without the keys. Object
storage cannot append: there each chunk is an object named by its offset. Since a backup may be
taken from one and restored into the other, both layouts are read in both places.
"""

import contextlib
import os
from collections import defaultdict
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal.tools import shelf

PLACE = "attachments/phones"


def _folder(part):
    return shelf.Folder(f"{PLACE}/{part.entry.key}/{part.pk}")


def _path(part):
    # Below the attachments, to be included in backups. By the entry's key, so that rows of two
    # databases never share a file.
    root = Path(settings.MEDIA_ROOT) / PLACE
    return root / str(part.entry.key) / str(part.pk)


def write(part, content):
    """Write a chunk after the valid bytes; return False if those are missing."""
    if shelf.is_remote():
        default_storage.save(f"{_folder(part).name}/{part.received:09d}", ContentFile(content))
        return True
    path = _path(part)
    if path.is_dir():
        drop(part)
        return False
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
    """Return the valid bytes, or b"" if they are gone."""
    whole = shelf.Folder(f"{PLACE}/{part.entry.key}").find(f"{part.pk}")
    if whole is None:
        return _joined(part)
    with whole.open("rb") as file:
        return file.read(part.received)


def _joined(part):
    """Join chunks, each starting where the previous one ends. A chunk sent again has replaced the
    old one; anything after the valid bytes was sent before a crash."""
    pieces, size = [], 0
    while size < part.received:
        chunk = _folder(part).find(f"{size:09d}")
        if chunk is None:
            return b""
        pieces.append(chunk.read_bytes())
        size += len(pieces[-1])
    return b"".join(pieces)[: part.received]


def settle(part):
    """Sync the file to disk before reporting it as stored."""
    if not shelf.is_remote():
        _on_disk(_path(part))


def on_disk(file):
    """Sync a stored file to disk: once a photo is reported as stored, its phone deletes it. Object
    storage has it when it has answered."""
    if not shelf.is_remote():
        _on_disk(Path(file.path))


def _on_disk(path):
    """Sync a file and its directory entries, up to the media root."""
    root = Path(settings.MEDIA_ROOT)
    for one in (path, *(folder for folder in path.parents if folder.is_relative_to(root))):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def drop(part):
    """Delete the file, and the folder of its entry once it is empty."""
    _drop(part.entry.key, part.pk)
    if not shelf.is_remote():
        _drop_empty(_path(part).parent)


def _drop(entry, name):
    """Delete both layouts."""
    shelf.Folder(f"{PLACE}/{entry}/{name}").drop()
    if shelf.is_remote():
        default_storage.delete(f"{PLACE}/{entry}/{name}")
    else:
        (Path(settings.MEDIA_ROOT) / PLACE / str(entry) / str(name)).unlink(missing_ok=True)


def tidy(needed, *, before):
    """Delete files that no row needs any more, left by a process killed between finishing a photo
    and deleting its file. `needed` returns which files of an entry are needed; files changed after
    `before` are left alone. Return the number deleted."""
    if shelf.is_remote():
        return _tidy_store(needed, before)
    root = Path(settings.MEDIA_ROOT) / PLACE
    count = 0
    for folder in sorted(root.glob("*")):
        # Few: at most an entry's photos.
        old = [one for one in folder.glob("*") if one.stat().st_mtime < before.timestamp()]
        keep = needed(folder.name, [one.name for one in old]) if old else ()
        for file in old:
            if file.name not in keep:
                _drop(folder.name, file.name)
                count += 1
        _drop_empty(folder)
    return count


def _tidy_store(needed, before):
    """The same for object storage, where a photo is a folder as old as its last chunk."""
    last: defaultdict[str, dict] = defaultdict(dict)
    for key, at in shelf.changed_below(PLACE):
        entry, name = key.removeprefix(f"{PLACE}/").split("/")[:2]
        last[entry][name] = max(at, last[entry].get(name, at))
    count = 0
    for entry, photos in last.items():
        old = [name for name, at in photos.items() if at < before]
        keep = needed(entry, old) if old else ()
        for name in old:
            if name not in keep:
                _drop(entry, name)
                count += 1
    return count


def _drop_empty(folder):
    with contextlib.suppress(OSError):
        folder.rmdir()
