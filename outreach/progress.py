"""The progress of a campaign, counted from the visits ticked for it and never typed in.

What remains comes first: units that nobody visited yet, and matters still open. Nothing is counted
by organ, since a list of noughts would only press for visits. Visits and matters are counted as
far as the reader may see them. Which units were reached is a fact of the campaign, the same for
all readers.
"""

from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.urls import reverse

from outreach.models import CampaignUnit, Matter, Visit
from outreach.models.matters import OPEN_KIND, OpenKind, Stage
from outreach.overview.dashboard import Number
from portal.tools.prepared import Once, among


def visits_of(campaign, user):
    return Visit.objects.visible_to(user).standing().filter(campaigns=campaign)


def matters_of(campaign, user):
    return Matter.objects.visible_to(user).of_campaign(campaign)


def doors(visits, key):
    """{key: doors} of visits: the number entered, else that of the households chosen."""
    found = {}
    said = visits.exclude(household_count=None).order_by().values(key)
    chosen = visits.filter(household_count=None, households__isnull=False).order_by().values(key)
    for rows in (said.annotate(n=Sum("household_count")), chosen.annotate(n=Count("households"))):
        for row in rows:
            found[row[key]] = found.get(row[key], 0) + row["n"]
    return found


def progress(campaign, user):
    """The numbers of the campaign's page, each with its rows."""
    visits, matters = visits_of(campaign, user), matters_of(campaign, user)
    units = campaign.units.count()
    reached = campaign.units.reached().count()
    page = campaign.get_absolute_url()
    closed = matters.filter(stage=Stage.CLOSED).count()
    kinds = matters.open().annotate(kind=OPEN_KIND).order_by().values_list("kind")
    still_open = dict(kinds.annotate(Count("pk")))
    return {
        "units": units,
        "reached": Number(reached, f"{page}?reached=yes#units"),
        "unreached": Number(units - reached, f"{page}?reached=no#units"),
        "visits": Number(visits.count(), diary(campaign)),
        "matters": Number(sum(still_open.values()) + closed, ledger(campaign)),
        "stages": [
            (kind.label, Number(still_open[kind], ledger(campaign, open=kind.value)))
            for kind in OpenKind
            if kind in still_open
        ]
        + [(Stage.CLOSED.label, Number(closed, ledger(campaign, tab=Stage.CLOSED.value)))],
    }


def diary(campaign, **more):
    """The address of the visits of a campaign."""
    return f"{reverse('outreach:visits')}?{urlencode({'campaign': campaign.pk} | more)}"


def ledger(campaign, **more):
    """The address of the matters that came of a campaign."""
    query = {"tab": "all", "campaign": campaign.pk} | more
    return f"{reverse('outreach:matters')}?{urlencode(query)}"


def _by_campaign(rows):
    rows = rows.filter(among("campaign", "campaigns")).order_by()
    return rows.values_list("campaign").annotate(Count("pk"))


_UNITS = Once(lambda: _by_campaign(CampaignUnit.objects.all()))
_REACHED = Once(lambda: _by_campaign(CampaignUnit.objects.reached()))


def units_of_each(campaigns):
    """{campaign: (units, units reached)} of a page of them, in two statements."""
    if not (ids := [one.pk for one in campaigns]):
        return {}
    every, reached = dict(_UNITS.tuples(campaigns=ids)), dict(_REACHED.tuples(campaigns=ids))
    return {one: (every.get(one.pk, 0), reached.get(one.pk, 0)) for one in campaigns}


def unit_rows(rows, campaign, user):
    """Add to each planned unit what was done there: visits and doors."""
    rows = list(rows)
    here = visits_of(campaign, user).filter(unit__in=[row.unit_id for row in rows])
    counted = dict(here.order_by().values_list("unit").annotate(Count("pk")))
    at_doors = doors(here, "unit")
    for row in rows:
        row.visit_count = counted.get(row.unit_id, 0)
        row.door_count = at_doors.get(row.unit_id, 0)
    return rows
