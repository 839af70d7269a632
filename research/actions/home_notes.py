"""回乡调研: notes that a cadre writes freely and may give to the office."""

from django.db import transaction

from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put_what_differs
from portal.trust.access import require
from research.models import HomeNote
from research.rules import home_notes as rules


@transaction.atomic
def write_home_note(*, by, at, **content):
    require(rules.may_write_home_note(by))

    note = HomeNote(author=by.cadre, created_at=at, **content)
    keep(note)
    audit.record("home_note.written", by, note)
    return note


@transaction.atomic
def change_home_note(*, note, by, **content):
    note = locked(note, "author")
    require(rules.may_change_home_note(by, note))

    if changed := put_what_differs(note, content):
        keep(note, fields=changed)
    audit.record("home_note.changed", by, note, changed)
    return note


@transaction.atomic
def give_home_note(*, note, by, at):
    note = locked(note, "author")
    require(rules.may_give_home_note(by, note))

    change(note, given_at=at)
    audit.record("home_note.given", by, note)
    return note


@transaction.atomic
def take_home_note_back(*, note, by):
    note = locked(note, "author")
    require(rules.may_take_home_note_back(by, note))

    change(note, given_at=None)
    audit.record("home_note.taken_back", by, note)
    return note


@transaction.atomic
def drop_home_note(*, note, by):
    """Delete the note; nobody but its author could see it."""
    note = locked(note, "author")
    require(rules.may_drop_home_note(by, note))

    audit.record("home_note.dropped", by, note)
    note.delete()
