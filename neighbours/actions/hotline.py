"""Hotline tickets: import, link to a matter; codes of the hotline's classification."""

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from neighbours import screening
from neighbours.models import CategoryCode, HotlineTicket, HotlineVerdict
from neighbours.rules import hotline as rules
from outreach import undo_log
from outreach.actions import matters
from outreach.imports.matters import CATEGORIES
from outreach.models.matters import Category, Source, number_area
from portal.imports.cells import plainly
from portal.records import audit
from portal.tools.locking import lock_name, locked
from portal.tools.saving import change, keep, put
from portal.trust.access import require

# Facts that a later file must not contradict.
FACTS = ("received_on", "unit_id", "category_said", "location")
# Fields of a verdict, which a later file may change.
STANDING = ("said", "given_on", "due_on", "destination")


@transaction.atomic
def take_ticket(*, by, at, number, organ, unit=None, batch=None, is_statutory=False, **given):
    """Store what a file says of one ticket; returns the new verdict."""
    on = timezone.localdate(at)
    number = screening.checked(number)
    if not number or "*" in number:
        said = pgettext(
            "hotline",
            "This is the number of a person, a phone or a card, not the number of a ticket.",
        )
        raise ValidationError({"number": said})
    standing = {name: given.pop(name, None) for name in STANDING}
    if is_statutory:
        unit, given, standing = None, {}, {"destination": standing["destination"]}
    ticket = HotlineTicket(number=number, noted_on=on, batch=batch, is_statutory=is_statutory)
    for name, value in given.items():
        setattr(ticket, name, value)
    ticket.stand_with(organ, unit)
    require(rules.may_take_ticket(by, ticket))

    ticket.numbered_in = number_area(ticket.county_id, ticket.host_organ)
    lock_name(f"hotline.{ticket.numbered_in}")
    known = HotlineTicket.objects.filter(numbered_in=ticket.numbered_in, number=number).first()
    standing = {name: value for name, value in standing.items() if value}
    if known is None:
        keep(ticket)
        audit.record("ticket.taken", by, ticket, ["number", *given], {"number": number, **given})
    else:
        require(rules.may_take_ticket(by, known))
        _compare(known, ticket, standing, by=by)
        ticket = known
    verdict = HotlineVerdict(ticket=ticket, noted_on=on, batch=batch, **standing)
    keep(verdict)
    return verdict


def _compare(known, told, standing, *, by):
    """Refuse a row that adds nothing to a known ticket or contradicts it."""
    if known.is_statutory:
        raise ValidationError(_("It stands here already; it went to a channel by law."))
    if told.is_statutory:
        if known.matter_id:
            said = _("It is matter %(number)s here; refer that one first.")
            raise ValidationError(said % {"number": known.matter.number_label})
        reduce_ticket(known, by=by)
        return
    other = [
        name
        for name in FACTS
        if getattr(told, name) and str(getattr(told, name)) != str(getattr(known, name) or "")
    ]
    if other:
        raise ValidationError(_("It stands here already and differs; nothing is taken over."))
    newest = known.verdicts.order_by("-pk").first()
    if newest and all(
        not value or str(value) == str(getattr(newest, name) or "")
        for name, value in standing.items()
    ):
        raise ValidationError(_("It stands here already, with the same content."))
    for name in STANDING:
        # Keep the values that the later file leaves empty.
        if newest and (value := getattr(newest, name)):
            standing.setdefault(name, value)


def reduce_ticket(ticket, *, by, destination="", matter=None):
    """Reduce a ticket that went to a statutory channel to its number and destination. If a `matter`
    is given, it is being referred, and the former values are noted with it."""
    nothing = {"unit": None, "received_on": None, "matter": None}
    nothing |= dict.fromkeys(("category_said", "category", "location", "summary"), "")
    sent = {"destination": destination} if destination else {}
    reduced = {"said": "", "given_on": None, "due_on": None, **sent}
    if matter is not None:
        names = [column.name for column in ticket._meta.concrete_fields if not column.primary_key]
        undo_log.note_row(matter, ticket, names)
        undo_log.note_rows(matter, ticket.verdicts.all(), reduced)
    put(ticket, {"is_statutory": True, **nothing})
    ticket.stand_with(ticket.host_organ)
    ticket.save()
    ticket.verdicts.update(**reduced)
    audit.record("ticket.reduced", by, ticket, sorted(nothing))


def erase_with(matter):
    """Reduce the tickets of a matter that is referred (`referrals.ALSO_ERASED`)."""
    # A matter of the demo may not be saved yet.
    for ticket in HotlineTicket.objects.filter(matter=matter.pk) if matter.pk else ():
        reduce_ticket(ticket, by="matter.confirm", destination=matter.referred_to, matter=matter)


# --- Matters -------------------------------------------------------------------------------------


@transaction.atomic
def link_ticket(*, ticket, by, at, matter):
    """Link a ticket to an existing matter of the same unit."""
    ticket = locked(ticket, "unit__division", "host_organ", "matter")
    require(rules.may_link_ticket(by, ticket))
    if matter.unit_id != ticket.unit_id or matter.referred_to:
        raise ValidationError({"number": _("No open matter of this unit has this number.")})

    change(ticket, matter=matter)
    audit.record("ticket.linked", by, ticket, ["matter"], {"matter": matter.pk})
    return ticket


@transaction.atomic
def unlink_ticket(*, ticket, by):
    ticket = locked(ticket, "unit__division", "host_organ", "matter")
    require(rules.may_unlink_ticket(by, ticket))

    change(ticket, matter=None)
    audit.record("ticket.unlinked", by, ticket, ["matter"])
    return ticket


@transaction.atomic
def take_over_ticket(*, ticket, by, at, **typed):
    """Register a matter for a ticket. The caller is typed here and stored only with the matter."""
    ticket = locked(ticket, "unit__division", "unit__host_organ", "host_organ", "matter")
    require(rules.may_take_over_ticket(by, ticket))

    matter = matters.register_matter(
        unit=ticket.unit,
        by=by,
        at=at,
        on=timezone.localdate(at),
        source=Source.HOTLINE,
        cadre=getattr(by, "cadre", None),
        client_key=uuid.uuid4(),
        **typed,
    )
    change(ticket, matter=matter)
    audit.record("ticket.taken_over", by, ticket, ["matter"], {"matter": matter.pk})
    return matter


# --- Codes of the hotline's classification -------------------------------------------------------


@transaction.atomic
def set_code(*, row, by, at, code, name_said, basis):
    """Set code and name of a category, and match tickets without a category again."""
    require(rules.may_set_code(by, row))

    lock_name("hotline codes")
    row = CategoryCode.objects.filter(category=row.category).first() or row
    put(row, {"code": code, "name_said": name_said, "basis": basis, "set_by": by, "set_at": at})
    keep(row)
    audit.record("category_code.set", by, row, ["code", "name_said", "basis"], [code, name_said])
    _rematch_categories()
    return row


def _rematch_categories():
    """Match tickets without a category again, in one statement whatever their number."""
    known, unmapped = Categories(), HotlineTicket.objects.unmapped()
    words = unmapped.order_by().values_list("category_said", flat=True).distinct()
    fitting = {word: known.find(word) for word in words}
    cases = [When(category_said=word, then=Value(code)) for word, code in fitting.items() if code]
    if cases:
        unmapped.update(category=Case(*cases, default=F("category")))


class Categories:
    """Our category for a name or code of the hotline; empty if none or several match."""

    def __init__(self):
        self.found: dict[str, set[str]] = {}
        with translation.override("zh-hans"):
            for one in Category:
                self._add(str(one.label), one.value)
        for code, words in CATEGORIES.items():
            for word in words.split():
                self._add(word, code)
        for row in CategoryCode.objects.all():
            self._add(row.code, row.category)
            self._add(row.name_said, row.category)

    def _add(self, word, category):
        if word:
            self.found.setdefault(plainly(word), set()).add(category)

    def find(self, text):
        fitting = self.found.get(plainly(str(text)), set())
        return next(iter(fitting)) if len(fitting) == 1 else ""
