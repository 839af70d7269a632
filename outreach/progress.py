"""The progress of a campaign, counted from the visits ticked for it and never typed in.

What remains comes first: units that nobody visited yet, and matters still open. Nothing is counted
by organ, since a list of noughts would only press for visits. Visits and matters are counted as
far as the reader may see them. Which units were reached is a fact of the campaign, the same for
all readers.
"""

from collections import Counter, defaultdict
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.urls import reverse

from outreach.models import CampaignUnit, Matter, Visit
from outreach.models.matters import OPEN_KIND, OpenKind, Stage
from outreach.overview.dashboard import Number
from portal.pages.web import Rows
from portal.records.seen import seen_values
from portal.tools.prepared import Once, among, equal


def _visits(user):
    """The visits of a campaign, which is a parameter of the statement."""
    seen = Visit.objects.visible_to(user).standing()
    return seen.filter(equal("campaigns", "campaign")).order_by()


@seen_values
def _visit_count(user):
    return _visits(user).values_list("campaigns").annotate(Count("pk"))


@seen_values
def _visits_there(user):
    """(unit, visits, household visits as entered) of some units."""
    there = _visits(user).filter(among("unit", "units")).values_list("unit")
    return there.annotate(Count("pk"), Sum("household_count"))


@seen_values
def _doors_there(user):
    """(unit, households chosen from its list on visits without a number) of some units."""
    chosen = _visits(user).filter(among("unit", "units"), household_count=None)
    return chosen.filter(households__isnull=False).values_list("unit").annotate(Count("households"))


@seen_values
def _matters(user):
    """(stage, kind of an open matter, number) of the matters raised on the visits."""
    ticks = Visit.campaigns.through.objects.filter(equal("campaign", "campaign"))
    seen = Matter.objects.visible_to(user).of_ticked(ticks).annotate(kind=OPEN_KIND).order_by()
    return seen.values_list("stage", "kind").annotate(Count("pk"))


def progress(campaign, user):
    """The numbers of the campaign's page, each with its rows."""
    units, reached = units_of_each([campaign])[campaign]
    page = campaign.get_absolute_url()
    visits = sum(n for _campaign, n in _visit_count(user, campaign=campaign.pk))
    still_open, closed = Counter(), 0
    for stage, kind, n in _matters(user, campaign=campaign.pk):
        if stage == Stage.CLOSED:
            closed += n
        else:
            still_open[kind] += n
    return {
        "units": units,
        "reached": Number(reached, f"{page}?reached=yes#units"),
        "unreached": Number(units - reached, f"{page}?reached=no#units"),
        "visits": Number(visits, diary(campaign)),
        "matters": Number(still_open.total() + closed, ledger(campaign)),
        "stages": [
            (kind.label, Number(still_open[kind], ledger(campaign, open=kind.value)))
            for kind in OpenKind
            if kind in still_open
        ]
        + [(Stage.CLOSED.label, Number(closed, ledger(campaign, tab=Stage.CLOSED.value)))],
    }


def diary(campaign, **more):
    """The URL of the list of a campaign's visits."""
    return f"{reverse('outreach:visits')}?{urlencode({'campaign': campaign.pk} | more)}"


def ledger(campaign, **more):
    """The URL of the list of matters raised on a campaign's visits."""
    query = {"tab": "all", "campaign": campaign.pk} | more
    return f"{reverse('outreach:matters')}?{urlencode(query)}"


# For each campaign the number of its units, and of those reached.
_UNITS = Once(
    lambda: (
        CampaignUnit.objects.filter(among("campaign", "campaigns"))
        .order_by()
        .values_list("campaign")
        .annotate(Count("pk"), reached=Count("pk", filter=CampaignUnit.objects.visited()))
    )
)


def units_of_each(campaigns):
    """Return {campaign: (units, units reached)} for a page of campaigns, in one statement."""
    if not (ids := [one.pk for one in campaigns]):
        return {}
    found = {pk: numbers for pk, *numbers in _UNITS.tuples(campaigns=ids)}
    return {one: tuple(found.get(one.pk, (0, 0))) for one in campaigns}


# --- Units of one campaign -----------------------------------------------------------------------


def _planned(reached):
    """Units in plans with everything that a row shows; `reached`: no, yes or all."""
    rows = CampaignUnit.objects.with_reached().select_related("unit__host_organ", "going")
    host = ("name", "short_name", "sort_order")
    rows = rows.only(
        *("campaign", "household_count", "going__name", "going__short_name"),
        *("unit__name", "unit__sort_order", "unit__host_organ"),
        *(f"unit__host_organ__{name}" for name in host),
    )
    return rows if reached == "all" else rows.filter(is_reached=reached == "yes")


# Cached statements, the same for all readers.
_STATEMENTS = {}
_CADRES = Once(
    lambda: (
        CampaignUnit.cadres.through.objects.filter(among("campaignunit", "rows"))
        .order_by("pk")
        .values_list("campaignunit", "cadre__name")
    )
)
_HOUSEHOLDS = Once(
    lambda: (
        CampaignUnit.households.through.objects.filter(among("campaignunit", "rows"))
        .order_by("pk")
        .values_list("campaignunit", "household__serial")
    )
)


class Units(Rows):
    """The units of a campaign, read by cached statements."""

    def __init__(self, campaign, reached):
        self._reached, self.named = reached, {"campaign": campaign.pk}

    @cached_property
    def queryset(self):
        return _planned(self._reached).filter(**self.named)

    def model(self):
        return CampaignUnit

    def statement(self, name, make):
        key = (self._reached, name)
        if key not in _STATEMENTS:
            _STATEMENTS[key] = make(_planned(self._reached).filter(equal("campaign", "campaign")))
        return _STATEMENTS[key]


def unit_rows(rows, campaign, user):
    """Add to each planned unit its cadres and households, and the visits and household visits
    there."""
    rows = list(rows)
    if not rows:
        return rows
    there = {"campaign": campaign.pk, "units": [row.unit_id for row in rows]}
    visits, doors = Counter(), Counter()
    for unit, n, entered in _visits_there(user, **there):
        visits[unit], doors[unit] = n, entered or 0
    for unit, n in _doors_there(user, **there):
        doors[unit] += n
    cadres, households, ids = defaultdict(list), defaultdict(list), [row.pk for row in rows]
    for pk, name in _CADRES.tuples(rows=ids):
        cadres[pk].append(name)
    for pk, serial in _HOUSEHOLDS.tuples(rows=ids):
        households[pk].append(serial)
    for row in rows:
        row.visit_count, row.door_count = visits[row.unit_id], doors[row.unit_id]
        row.names, row.serials = cadres[row.pk], households[row.pk]
    return rows
