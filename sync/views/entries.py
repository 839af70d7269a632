"""Entries that could not be carried out: the page of an entry, and the forms to correct it."""

import hashlib
import json
from dataclasses import replace

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from outreach.forms.matters import CONDUCT
from portal.pages.onward import onward
from portal.roles import Permission
from portal.trust.access import require
from sync import kinds, written
from sync.actions import entries as actions
from sync.actions import settling
from sync.acts.entries import ENTRIES, crumbs, visible_entry
from sync.kinds import answers
from sync.models import Entry
from sync.models.entries import State
from sync.rules import entries as rules
from sync.views import answered

# Maximum length of each side of a clash.
MOST_SHOWN = 2_000


@require_safe
@never_cache
def entry(request, pk):
    user, entry = request.user, visible_entry(request.user, pk)
    is_own = entry.owner_id == user.pk
    kept = actions.read_kept(entry=entry, by=user)
    context = {
        "entry": entry,
        "is_own": is_own,
        "groups": written.groups(kept, user),
        "about": written.about(kept, user),
        "is_kept": bool(kept),
        "clashes": _clashes(entry, kept, user) if is_own and kept else [],
        "others": _others(entry, user) if entry.state == State.DIFFERS and is_own else [],
        "parts": list(entry.parts.order_by("pk")),
        "acts": ENTRIES.buttons(user, entry),
        "crumbs": crumbs(entry),
    }
    return render(request, "sync/entry.html", context)


def _others(entry, user):
    """Entries with the same key, with what is kept of them."""
    found = Entry.objects.of(user).filter(key=entry.key).exclude(pk=entry.pk).order_by("pk")
    return [(one, written.groups(actions.read_kept(entry=one, by=user), user)) for one in found]


def _clashes(entry, kept, user):
    """[(label, saw, wrote, stands)] of a correction."""
    try:
        command = settling.command_of(kept)
        if kinds.kind_of(command).clashes is None:
            return []
        # Kinds may lock the record.
        with transaction.atomic():
            return _side_by_side(_found_clashes(entry, command, user), command, user)
    except (kinds.Newer, *settling.REFUSALS):
        return []


def _side_by_side(clashes, command, user):
    def shown(name, values):
        return "\n".join(written.words_of(command, name, values, user))[:MOST_SHOWN]

    return [
        (label, *(shown(one.name, values) for values in (one.saw, one.wrote, one.stands)))
        for one, label in clashes
    ]


def _found_clashes(entry, command, user):
    kind = kinds.kind_of(command)
    if kind.clashes is None:
        return []
    return kind.clashes(user, command, record=settling.record_before(entry, command))


# --- Correcting it ------------------------------------------------------------------------------


def _is_correction(command):
    return kinds.kind_of(command).clashes is not None


class _Names:
    """Names of posted fields that belong to the forms of an entry."""

    def __init__(self, command, forms):
        self.single, self.beginnings = set(), ()
        # A correction writes only what its author changed.
        only = set(command.fields) if _is_correction(command) else None
        for form in forms:
            if hasattr(form, "forms"):
                self.beginnings += (f"{form.prefix}-",)
                for one in form.forms:
                    if outcome := one.fields.get("outcome"):
                        outcome.choices = [c for c in outcome.choices if c[0] != CONDUCT[0]]
                continue
            _leave_out(form, only)
            for name in form.fields:
                self.single |= {form.add_prefix(name), f"{form.add_prefix(name)}_text"}

    def owns(self, name):
        return name in self.single or name.startswith(self.beginnings)


def _leave_out(form, only):
    """Remove fields that cannot be corrected here: photos come separately, and reports on conduct
    are never kept on a phone."""
    for name, field in list(form.fields.items()):
        is_file = isinstance(field, forms.FileField)
        is_key = name in ("key", "client_key", "salt", "version")
        is_empty = isinstance(field, forms.ModelMultipleChoiceField) and not field.choices
        is_other = only is not None and name not in only | {"numbers"}
        # Only users who enter for others choose the author.
        is_other |= name == "author" and not form.user.holds(Permission.RECORD_FOR_OTHERS)
        if is_file or is_key or is_empty or is_other:
            del form.fields[name]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def correct_entry(request, pk):
    """The portal's own forms of its kind, filled with what was written; submitting them settles the
    entry.

    Not an Act: only the entry determines the forms.
    """
    user, entry = request.user, visible_entry(request.user, pk)
    require(rules.may_carry_out(user, entry))
    try:
        with transaction.atomic():
            command = settling.command_of(actions.read_kept(entry=entry, by=user))
            clashes = _found_clashes(entry, command, user)
            command = settling.rebased_on_current(command, [one for one, _label in clashes])
            bound = settling.bound_to(entry, command, user)[2]
    except kinds.Newer:
        # `bound_to` gives a reason, but here the kind itself is unknown.
        return _not_now(request, entry, [_("The portal does not know this kind of entry.")])
    except settling.REFUSALS as problem:
        return _not_now(request, entry, actions.words_of(problem))
    if command.kind == answers.CODE:
        return answered.correct(request, entry, command, bound)
    names, seen = _Names(command, bound.forms), _digest(clashes)
    given = None
    if request.method == "POST":
        given = _as_typed(command, names, request.POST)
        if request.POST.get("seen") != seen:
            said = [_("Something changed again meanwhile. Look at it, then send it anew.")]
            return _page(request, entry, user, given, clashes, said)
        try:
            settled = settling.settle(entry=entry, by=user, at=timezone.now(), corrected=given)
        except settling.Unfit:
            return _page(request, entry, user, given, clashes)
        except settling.REFUSALS as problem:
            return _page(request, entry, user, given, clashes, actions.words_of(problem))
        ENTRIES.tell(request, "carry_out_entry", entry, settled)
        return onward(request, settled.record_url, at=timezone.now())
    return _page(request, entry, user, command, clashes)


def _page(request, entry, user, command, clashes, refused=()):
    """The forms with what was written or typed, and the errors at their fields."""
    try:
        with transaction.atomic():
            bound = settling.bound_to(entry, command, user)[2]
            # Validate now, with all fields, before some are removed below.
            _is_valid = bound.is_valid
    except settling.REFUSALS as problem:
        return _not_now(request, entry, actions.words_of(problem))
    _Names(command, bound.forms)
    for said in refused:
        bound.forms[0].add_error(None, said)
    context = {
        "entry": entry,
        "forms": [one for one in bound.forms if not hasattr(one, "forms")],
        "formsets": [one for one in bound.forms if hasattr(one, "forms")],
        "clashes": _side_by_side(clashes, command, user),
        "seen": _digest(clashes),
        "crumbs": crumbs(entry, pgettext("entry", "Correct it")),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "sync/correct_entry.html", context, status=status)


def _not_now(request, entry, said):
    """The entry's subject is no longer open to its author: show why on the page of the entry."""
    for one in said:
        messages.warning(request, one)
    return redirect(entry)


def _as_typed(command, names, posted):
    kept = {name: values for name, values in command.fields.items() if not names.owns(name)}
    typed = {name: tuple(posted.getlist(name)) for name in posted if names.owns(name)}
    if _is_correction(command):
        # Emptying a field is a change too.
        kept |= {name: () for name in command.fields if names.owns(name)}
    return replace(command, fields=kept | typed)


def _digest(clashes):
    said = [[one.name, list(one.stands)] for one, _label in clashes]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
