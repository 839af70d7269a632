"""Hints for planning a campaign: the burden on villages, and campaigns to combine it with.

They are never stored and never block.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outreach.models import Campaign, CampaignUnit, Visit
from portal import parameters
from portal.models import GrassrootsUnit
from portal.trust import wall

# Weeks before today in which visits to a unit are looked at, and units that a hint names.
WEEKS = 4
NAMED = 6


@dataclass(frozen=True)
class Hint:
    text: str
    names: list = field(default_factory=list)
    more: int = 0
    # The other campaign and its organs, if going together would help.
    campaign: Campaign | None = None
    organs: list = field(default_factory=list)


@wall.as_system("what else goes to the units of a campaign")
def hints(campaign, *, on):
    """Return all hints on the present plan, the heaviest burden on villagers first."""
    units = list(campaign.units.values_list("unit", flat=True))
    others = _others(campaign, units)
    found = [_busy_already(units, on), _too_many_at_once(units, others, on)]
    return [hint for hint in found if hint] + [_go_together(other, units) for other in others]


def _named(text, pks):
    units = GrassrootsUnit.objects.filter(pk__in=pks)
    units = units.order_by("host_organ__sort_order", "sort_order", "pk")
    names = list(units.values_list("name", flat=True)[:NAMED])
    return Hint(text, names, max(0, len(pks) - len(names)))


def _busy_already(units, on):
    """Warn of units with a week over the limit recently."""
    monday = on - timedelta(days=on.weekday())
    limit = parameters.number("visit.unit_week_limit", on=on)
    visits = Visit.objects.filter(unit__in=units)
    weeks = visits.busy_weeks(monday - timedelta(weeks=WEEKS), on, limit)
    busy = set(weeks.values_list("unit", flat=True))
    if not busy:
        return None
    text = ngettext(
        "%(n)s unit had more visits in one of the last weeks than the limit of %(limit)s a week.",
        "%(n)s units had more visits in one of the last weeks than the limit of %(limit)s a week.",
        len(busy),
    ) % {"n": len(busy), "limit": limit}
    return _named(text, busy)


def _others(campaign, units):
    """Announced campaigns at the same units on overlapping days; drafts stay private to their
    authors."""
    return list(
        Campaign.objects.announced()
        .overlapping(campaign.starts_on, campaign.ends_on)
        .exclude(pk=campaign.pk)
        .filter(pk__in=CampaignUnit.objects.filter(unit__in=units).values("campaign"))
        .select_related("organizer")
        .prefetch_related("organs")
        .order_by("starts_on", "pk")[:NAMED]
    )


def _too_many_at_once(units, others, on):
    """Warn of units where the concurrent campaigns would exceed the limit with one visit a week
    each."""
    limit = parameters.number("visit.unit_week_limit", on=on)
    at_once = dict.fromkeys(units, 1)
    there = CampaignUnit.objects.filter(campaign__in=others, unit__in=units)
    for unit in there.values_list("unit", flat=True):
        at_once[unit] += 1
    crowded = {unit for unit, n in at_once.items() if n > limit}
    if not crowded:
        return None
    text = ngettext(
        "At %(n)s unit more campaigns run at once than visits a week are allowed (%(limit)s).",
        "At %(n)s units more campaigns run at once than visits a week are allowed (%(limit)s).",
        len(crowded),
    ) % {"n": len(crowded), "limit": limit}
    return _named(text, crowded)


def _go_together(other, units):
    shared = set(other.units.filter(unit__in=units).values_list("unit", flat=True))
    text = _(
        "“%(title)s” (%(first)s to %(last)s) goes to %(n)s of the same units: go together, and "
        "tick both on the one visit."
    )
    days = {"first": f"{other.starts_on:%m-%d}", "last": f"{other.ends_on:%m-%d}"}
    organs = sorted(other.organs.all(), key=lambda organ: (organ.sort_order, organ.pk))
    labels = [organ.label for organ in organs] or [_("nobody yet")]
    named = _named(text % {"title": other.title, "n": len(shared), **days}, shared)
    return replace(named, campaign=other, organs=labels)
