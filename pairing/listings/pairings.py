"""List of pairings, each with its state today and its next contact."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from outreach.models.visits import Purpose
from pairing.filters.pairings import PAIRINGS_AT
from pairing.ledgers.pairings import PAIRING_LEDGER, REASONS_LEDGER
from pairing.models.pairings import PHASES, Level
from pairing.rules import pairings as rules
from portal import parameters
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, reading, state
from portal.pages.side_list import Area
from portal.pages.web import Sort, by_day
from portal.roles import Permission as P

BY_FIRST_DAY = by_day("starts_on")
# Sort orders of tabs with few rows.
FIRST_SORTS = {
    "to_begin": {"to_begin": Sort(_("by first day"), "starts_on", descending=False)},
    "ending": {"ending": Sort(_("by last day"), "ends_on", descending=False)},
}
# Levels that are agreed with the form here; branches have another form.
AGREED_HERE = (Level.UNIT, Level.HOUSEHOLD, Level.MEMBER)
NEW_TITLES = {
    Level.UNIT: _("Pair an organ with a unit"),
    Level.HOUSEHOLD: _("Pair a cadre with a household"),
    Level.MEMBER: _("Pair a cadre with a Party member in difficulty"),
}


def visit_form_url(unit_pk, households=()):
    """The address of the visit form with place, households and purpose filled in."""
    given = [("unit", unit_pk), *(("household", pk) for pk in households)]
    return f"{reverse('outreach:new_visit')}?{urlencode([*given, ('purpose', Purpose.PAIRING)])}"


def with_contacts(pairings, today):
    """Set state, next contact (None if not due) and visit form of each pairing."""
    interval = parameters.number("pairing.visit_interval_days", on=today)
    pairings = list(pairings)
    for one in pairings:
        one.phase_today = one.phase(today)
        one.phase_label = PHASES[one.phase_today]
        one.due = one.contact_due_on(interval) if one.phase_today == "running" else None
        households = [one.household_id] if one.household_id else []
        one.visit_url = visit_form_url(one.unit_id, households)
    return pairings


def _beginnings(asked):
    if not rules.may_agree_at_all(asked.user):
        return []
    return [
        (NEW_TITLES[level], reverse("pairing:new_pairing", args=[level])) for level in AGREED_HERE
    ]


def _from(pairing, asked):
    if pairing.is_personal:
        return pairing.organ.label
    return pairing.cadre.name if pairing.cadre else ""


def _next_contact(pairing, asked):
    if not pairing.due:
        return ""
    due = cells.day(pairing.due), cells.until(pairing.due)
    return cells.joined(" ", [gettext("next"), *due])


PAIRING_LIST = Listing(
    "pairing:pairings",
    "pairings/",
    _("Pairings"),
    PAIRINGS_AT,
    lambda asked: FIRST_SORTS.get(asked.tab, {}) | BY_FIRST_DAY,
    area=Area.PAIRING,
    may_see=rules.may_see_pairings,
    keeps_filters=True,
    for_list=reading(
        "level mode group starts_on ends_on ended_on state last_contact_on document",
        unit="name kind",
        township="name",
        host_organ="name short_name",
        organ="name short_name",
        cadre="name",
        household="display_name serial do_not_disturb",
        helper_branch="name",
        helped_branch="name",
    ),
    load=lambda page, asked: with_contacts(page, asked.today),
    columns=(
        Col(_("Who helps"), "helper_label", _from, link=True),
        Col(_("Who is helped"), "helped_label", "place_label", bare=True),
        Col(pgettext_lazy("pairings", "Level"), "level_label", "get_mode_display", bare=True),
        Col(
            _("From – to"),
            cells.days("starts_on", "last_day"),
            code="days",
            number=True,
            sort="ending newest oldest",
        ),
        Col(_("Last contact"), "last_contact_on", _next_contact, code="contact", number=True),
        Col(_("Document"), "document", code="document", shown=False, bare=True),
        state("phase_today", words="phase_label"),
    ),
    buttons=(
        Button(_("My pairings"), "pairing:my_pairings", P.RECORD_VISITS),
        Button(_("Route of the day"), "pairing:contact_route", P.RECORD_VISITS),
    ),
    begin_label=_("Agree a pairing"),
    beginnings=_beginnings,
    export=Export(
        PAIRING_LEDGER,
        _("Export the ledger"),
        may=lambda user: user.holds(P.EXPORT) and user.holds(P.READ_PAIRINGS),
        others={"reasons": (_("With difficulties"), REASONS_LEDGER, rules.may_export_reasons)},
    ),
    empty=(
        Empty(
            _("No pairing ends soon"),
            _(
                "Pairings with their last day in the next weeks stand here, so that they are "
                "renewed or ended in time."
            ),
            tab="ending",
        ),
        Empty(
            _("No pairings here"),
            _("Agree on pairings above, or import your list under “Imports”."),
            when=_beginnings,
        ),
        Empty(
            _("No pairings here"),
            _(
                "Your own pairings and those of your organ and your units appear here once "
                "they are agreed."
            ),
        ),
    ),
)
