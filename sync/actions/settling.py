"""Carry out an entry after all: as written, or as corrected by its author. Form, action and the end
of the entry share one transaction."""

import json
from dataclasses import replace

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.tools.locking import lock_name, locked
from portal.trust import wall
from portal.trust.access import require
from sync import kinds
from sync.actions import entries as actions
from sync.models import Entry
from sync.models.entries import State
from sync.rules import entries as rules

# Refusals with a message for the author.
REFUSALS = actions.REFUSALS


class Unfit(Exception):
    """The forms of the entry's kind refuse its content; they hold the errors."""

    def __init__(self, bound):
        super().__init__("unfit")
        self.bound = bound


def command_of(written):
    """Return the command of an entry as written. Raises kinds.Refused if it is not an entry of this
    version."""
    try:
        return kinds.parse(json.dumps(written, ensure_ascii=False).encode())
    except kinds.Malformed as problem:
        raise kinds.Refused(_("This is no entry of the portal.")) from problem


def bound_to(entry, command, by):
    """Return (kind, record to correct or None, forms bound to what was written). Raises
    kinds.Refused."""
    try:
        kind = kinds.kind_of(command)
    except kinds.Newer as problem:
        words = _("The portal is older than the page that wrote this; it waits for an upgrade.")
        raise kinds.Refused(words) from problem
    record = record_before(entry, command)
    return kind, record, kind.bind(by, command, on=by.today, record=record)


def record_before(entry, command):
    """Return the record made by the entry that this one corrects. Raises kinds.Refused."""
    if not command.corrects:
        return None
    done = Entry.objects.filter(
        key=command.corrects, owner=entry.owner_id, state=State.ACCEPTED
    ).first()
    record = done and apps.get_model(done.noun)._base_manager.filter(pk=done.record_id).first()
    if record is None:
        raise kinds.Refused(_("What this corrects was not carried out, or is not there any more."))
    return record


@transaction.atomic
def settle(*, entry, by, at, corrected=None):
    """Carry it out as written, or as `corrected` by its author. Raises Unfit and REFUSALS."""
    lock_name(f"sync.{entry.key}")
    entry = locked(entry, "owner__organ", "device")
    require(rules.may_carry_out(by, entry))
    command = corrected or command_of(actions.read_kept(entry=entry, by=by))
    kind, record, bound = bound_to(entry, command, by)
    if not bound.is_valid:
        raise Unfit(bound)
    with wall.as_system("an act, after its rule"):
        done = kind.save(by, bound, command, at=at, record=record)
    label, url = kind.name(done)
    entry = actions.hand_over(entry=entry, record=done, label=label, url=url, by=by, at=at)
    # Carry out the entries that waited for it.
    actions.release(keys=[entry.key], owner=by, at=at)
    return entry


def carry_out_again(*, entry, by, at):
    """Carry it out exactly as written; obstacles become messages of a ValidationError."""
    try:
        return settle(entry=entry, by=by, at=at)
    except Unfit as problem:
        raise ValidationError(problem.bound.words()) from problem
    except REFUSALS as problem:
        raise ValidationError(actions.words_of(problem)) from problem


def rebased_on_current(command, clashes):
    """Return the command with current values as its base: its author has seen them and still wants
    to write."""
    base = command.base | {one.name: tuple(one.stands) for one in clashes}
    return replace(command, base=base)
