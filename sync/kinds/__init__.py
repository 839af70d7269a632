"""What can be written offline: one `EntryKind` each, registered here by its module.

A kind binds the portal's own forms and calls the portal's own actions, so that an entry is checked
and carried out like the page. Modules of this folder are imported at startup.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.text import Text

VERSION = 1
MOST_PARTS = 20
# Generous: a photo from a phone has a few hundred kilobytes when sealed.
MOST_BYTES_OF_A_PART = 20 * 1024 * 1024


class Refused(Exception):
    """The entry cannot be carried out and goes into quarantine; `words` tell its author why."""

    def __init__(self, *words):
        super().__init__(*words)
        self.words = [str(one) for one in words]


class NotKept(Refused):
    """Refused, and as promised to its writer nothing of it may be kept, not even in quarantine.
    `note` is called once nothing of the entry is stored, to count that it came."""

    def __init__(self, *words, note=None):
        super().__init__(*words)
        self.note = note


class Malformed(Exception):
    """The bytes are no entry of this version."""


class Newer(Malformed):
    """A version or kind unknown to this portal so far: retried after an upgrade."""


@dataclass(frozen=True)
class NamedPart:
    """A photo named by an entry; its bytes come separately."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Command:
    """An entry as it was written: an immutable command (docs/sync.md)."""

    id: UUID
    kind: str
    # {name: (values)} of the portal's own form.
    fields: dict[str, tuple[str, ...]]
    made: str = ""
    # The phone that wrote it.
    device: UUID | None = None
    # The primary key of the record it refers to.
    about: str = ""
    # The entry whose record it corrects.
    corrects: UUID | None = None
    # {field: (values)} as the writer saw them, for corrections.
    base: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parts: tuple[NamedPart, ...] = ()

    def query(self, **more):
        """Return the fields as form data; `more` overrides single fields. A field `key` is always
        the id of the entry, whatever was sent."""
        query = QueryDict(mutable=True)
        for name, values in self.fields.items():
            query.setlist(name, list(values))
        query["key"] = str(self.id)
        for name, value in more.items():
            query[name] = value
        return query


class Bound:
    """Forms bound to an entry. `fits` is called once all forms are valid by themselves."""

    def __init__(self, *forms, fits: Callable[[], bool] | None = None):
        self.forms = forms
        self._fits = fits

    @cached_property
    def is_valid(self):
        # Validate all forms, so that the author sees all errors at once.
        each = [one.is_valid() for one in self.forms]
        return all(each) and (self._fits is None or self._fits())

    def words(self):
        """Return the errors, one sentence each."""
        return [said for one in self.forms for said in _words_of(one)]


def _words_of(form) -> Iterable[str]:
    if hasattr(form, "forms"):  # the matters of a visit
        yield from map(str, form.non_form_errors())
        for n, one in enumerate(form.forms, 1):
            for said in _words_of(one):
                yield f"{_('Matter %(n)s') % {'n': n}} · {said}"
        return
    for name, errors in form.errors.items():
        known = form.fields.get(name)
        label = f"{known.label}{_(': ')}" if known is not None and known.label else ""
        yield from (f"{label}{said}" for said in errors)


@dataclass(frozen=True)
class EntryKind:
    """A kind of entry. If an entry `corrects` another, its kind is `<kind>.correction` and `record`
    is the record of the corrected entry; otherwise `record` is None. An entry that is `about` a
    record is also a correction if its kind has one."""

    code: str
    label: Text
    # (user, command, on=, record=) -> Bound. May raise Refused if a record is missing or not
    # visible to the user.
    bind: Callable[..., Bound]
    # (user, bound, command, at=, record=) -> the record. Raises what the action raises. Idempotent:
    # called again with the same command, it returns the same record.
    save: Callable[..., Any]
    # (record) -> (label, address) for the receipt.
    name: Callable[[Any], tuple[str, str]]
    # (record, photos, by=, at=): attaches the photos to the record, or raises Refused or what the
    # rules raise. None: photos are refused.
    attach: Callable[..., None] | None = None
    # (user, command, record=) -> [(sync.corrections.Clash, label)]: the fields that somebody else
    # changed meanwhile. None if the kind is not a correction.
    clashes: Callable[..., Any] | None = None


KINDS: dict[str, EntryKind] = {}


def register(kind: EntryKind) -> EntryKind:
    KINDS[kind.code] = kind
    return kind


def kind_of(command: Command) -> EntryKind:
    """Return the kind of a command. Raises Newer if it is not known (yet)."""
    correction = f"{command.kind}.correction"
    # A record that was not made by an entry is named by its primary key.
    is_one = command.corrects or command.about and correction in KINDS
    code = correction if is_one else command.kind
    try:
        return KINDS[code]
    except KeyError as problem:
        raise Newer(code) from problem


_HASH = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[a-z_]{1,20}")


def parse(canonical: bytes) -> Command:
    """Parse these bytes into a command. Raises Malformed."""
    try:
        written = json.loads(canonical)
        if not isinstance(written, dict):
            raise Malformed("no object")
        _check_version(written.get("v"))
        kind, made, about = (_text(written.get(name, "")) for name in ("kind", "made", "about"))
        if not _CODE.fullmatch(kind):
            raise Malformed("kind")
        corrects, device = written.get("corrects"), written.get("device")
        return Command(
            id=uuid_of(written["id"]),
            kind=kind,
            fields=_values(written["fields"]),
            made=made[:40],
            device=None if device is None else uuid_of(device),
            about=about[:80],
            corrects=None if corrects is None else uuid_of(corrects),
            base=_values(written.get("base") or {}),
            parts=_parts(written.get("parts") or []),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise Malformed(type(problem).__name__) from problem


def _check_version(version):
    """A later version will be known after an upgrade; without a version it is not an entry."""
    if type(version) is not int or version < VERSION:
        raise Malformed("version")
    if version > VERSION:
        raise Newer(f"version {str(version)[:20]}")


def is_object(canonical: bytes) -> bool:
    """Whether these bytes are a JSON object in UTF-8; anything else could not be stored as text."""
    try:
        return isinstance(json.loads(canonical.decode()), dict)
    except (ValueError, RecursionError):
        return False


def uuid_of(text) -> UUID:
    """Parse a UUID in canonical spelling; raises ValueError."""
    key = UUID(text)
    if str(key) != text:
        raise ValueError(text)
    return key


def _text(value) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    # PostgreSQL can store neither null characters nor lone surrogates.
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def _values(written):
    return {
        _text(name): tuple(_text(one) for one in values)
        for name, values in written.items()
        if isinstance(values, list) or _fail(name)
    }


def _fail(name):
    raise TypeError(name)


def _parts(written):
    if len(written) > MOST_PARTS:
        raise ValueError("parts")
    parts = tuple(_part(one) for one in written)
    if len({one.sha256 for one in parts}) != len(parts):
        raise ValueError("parts")
    return parts


def _part(written):
    name, sha256, size = _text(written["name"]), written["sha256"], written["size"]
    if not _HASH.fullmatch(sha256) or type(size) is not int:
        raise ValueError("part")
    if not 0 < size <= MOST_BYTES_OF_A_PART:
        raise ValueError("size")
    return NamedPart(_file_name(name), sha256, size)


def _file_name(name):
    """Return the last component of a path, never empty, since the file is stored under it."""
    last = re.split(r"[/\\]", name)[-1].strip()
    return last[-120:] if last.strip(".") else "photo.jpg"
