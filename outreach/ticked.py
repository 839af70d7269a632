"""Things that a visit can be ticked for when it is entered, so that nothing is entered twice.

Campaigns, and whatever the apps above add. A tick is a row of a many-to-many relation of the visit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.models import Campaign, CampaignUnit, ContactArea
from outreach.models.visits import CORRECTION_DAYS, Purpose
from outreach.rules.campaigns import may_count_for
from portal.records.seen import seen_by
from portal.text import Text


@dataclass(frozen=True)
class Ticked:
    """One kind of ticks: a field of the form, a keyword of the actions, a line of the page."""

    # The name of the field and keyword, and of the visit's relation.
    name: str
    # Above the ticks of the form, and before the line of the page.
    label: Text
    heading: Text
    # What the visit counts as once it is ticked.
    purpose: Purpose
    # (user, units=, on=) → the rows to offer for a visit at one of these units.
    offered: Callable
    # row → the text beside its tick, and of its link on the page.
    words: Callable
    title: Callable
    # (rows, unit=, author=, organ=, on=) → Decision, whether such a visit counts for all of them.
    may_count: Callable
    # (user, visit) → the ticked rows that the user sees.
    seen: Callable
    # rows → rows with everything loaded that `words` and `title` read.
    load: Callable = lambda rows: rows
    # The use that must be on for ticks to be offered and the line to be shown.
    use: str = ""


def _campaigns_offered(user, *, units, on):
    """Campaigns at the place, at the user's areas, and of the user's organ that are running or have
    just ended, since visits are often entered some days later."""
    areas = ContactArea.objects.running(on).filter(cadre__user__in=user.identity_ids)
    places = CampaignUnit.objects.filter(Q(unit__in=units) | Q(unit__in=areas.values("unit")))
    running = Campaign.objects.announced().overlapping(on - timedelta(days=CORRECTION_DAYS), on)
    return running.taking_in(organ=user.organ, units=places.values("unit"))


def _counts_for_campaigns(campaigns, *, unit, author, organ, on):
    return may_count_for(campaigns, unit=unit, organ=organ, on=on)


@seen_by("visits")
def _campaigns(user):
    return Campaign.objects.visible_to(user).order_by("starts_on", "pk")


# The apps above add theirs in `ready()`.
TICKED = [
    Ticked(
        "campaigns",
        _("Count this visit for the campaign"),
        _("Campaigns"),
        Purpose.CAMPAIGN,
        _campaigns_offered,
        lambda one: f"{one.title} {one.starts_on:%m-%d}–{one.ends_on:%m-%d}",
        lambda one: one.title,
        _counts_for_campaigns,
        lambda user, visit: _campaigns(user, visit.pk),
        lambda rows: rows.defer("purpose", "search"),
        use="campaigns",
    )
]


def chosen(typed):
    """Return [(kind, rows)] of the ticks."""
    return [(one, rows) for one in TICKED if (rows := typed.get(one.name))]
