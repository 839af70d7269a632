"""Numbers of the dashboard's parts, loaded after it: campaigns, the year, festival visits.

Each number with the list that it counts, like those of the page itself. Nobody is ranked here.
"""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, F, Sum, Window
from django.urls import reverse
from django.utils.translation import gettext as _

from outreach.figures import MATTERS
from outreach.models import (
    Campaign,
    CampaignUnit,
    CommunityNeed,
    CondolenceRecipient,
    CondolenceVisit,
    ReceptionDay,
)
from outreach.models.condolence import RecipientCategory
from outreach.models.matters import Category
from outreach.models.receptions import ReceptionState
from outreach.overview.dashboard import SHOWN, Line, Number, month_end
from portal import uses
from portal.roles import Permission
from portal.sheets import figures

# --- Campaigns, receptions, communities ---------------------------------------------------


@dataclass(frozen=True)
class Reached:
    """A running campaign, with the numbers of units planned and visited."""

    campaign: Campaign
    units: int
    reached: Number


def gatherings(scope, period):
    """Campaigns under way in the area, receptions held in the period, needs that are open."""
    today, days = scope.user.today, {"from": period.first, "to": period.last}
    campaigns = Campaign.objects.visible_to(scope.user).running(today)
    going = CampaignUnit.objects.filter(scope.limit())
    campaigns = campaigns.filter(pk__in=going.order_by().values("campaign"))
    receptions = ReceptionDay.objects.visible_to(scope.user).filter(
        scope.limit(), state=ReceptionState.HELD, held_on__range=(period.first, period.last)
    )
    needs = CommunityNeed.objects.visible_to(scope.user).filter(scope.limit()).open(today)

    # A window function returns the total with the first rows, in one query instead of two.
    shown = campaigns.annotate(n=Window(Count("pk"))).defer("purpose", "search")
    shown = list(shown.order_by("ends_on", "pk")[:SHOWN])

    def number(n, page, **query):
        query = scope.query | query
        return Number(n, f"{reverse(f'outreach:{page}')}?{urlencode(query)}")

    running = number(shown[0].n if shown else 0, "campaigns", tab="running")
    between = {f"held_{name}": day.isoformat() for name, day in days.items()}
    held = number(receptions.count(), "receptions", tab="held", **between)
    lines = {
        "campaigns": Line(_("Campaigns under way"), running),
        "receptions": Line(_("Receptions held"), held, _("in this period")),
        "needs": Line(_("Needs of communities, open"), number(needs.count(), "needs", tab="open")),
    }
    off = uses.off()
    return {
        "lines": [line for code, line in lines.items() if code not in off],
        "campaigns": [] if "campaigns" in off else _reached(shown),
    }


def _reached(campaigns):
    rows = CampaignUnit.objects.filter(campaign__in=campaigns).with_reached().order_by()
    counted = rows.values_list("campaign", "is_reached").annotate(n=Count("pk"))
    found = Counter({(campaign, is_reached): n for campaign, is_reached, n in counted})
    shown = []
    for one in campaigns:
        reached = Number(found[one.pk, True], f"{one.get_absolute_url()}?reached=yes")
        shown.append(Reached(one, reached.n + found[one.pk, False], reached))
    return shown


# --- Over time ---------------------------------------------------------------------------


def _table(rows, months, figure, address):
    """Build a table of numbers by row and month. `address` returns a row's URL, to which the days
    are appended."""
    days = [urlencode(figure.days(month, month_end(month))) for month in months]
    whole = urlencode(figure.days(months[0], month_end(months[-1])))
    return [
        {
            "label": label,
            "cells": [
                Number(by_month.get(month, 0), f"{base}&{when}")
                for month, when in zip(months, days, strict=True)
            ],
            "all": Number(sum(by_month.values()), f"{base}&{whole}"),
        }
        for label, by_month, base in ((label, n, address(key)) for key, label, n in rows)
    ]


def categories(scope, period):
    """Matters registered by category and month, in the order of the categories."""
    months = period.year
    counts = figures.counts(MATTERS, scope, first=months[0], last=month_end(months[-1]), by="month")
    rows = []
    for category in sorted({part for part, _month in counts}):
        by_month = {month: n for (part, month), n in counts.items() if part == category}
        rows.append((category, Category(category).label, by_month))

    table = _table(rows, months, MATTERS, lambda key: MATTERS.address(scope, part=key))
    return {"months": months, "rows": table}


def chart(table):
    """Convert a table for the chart's script: names and numbers, no URLs."""
    return {
        "months": [f"{month:%Y-%m}" for month in table["months"]],
        "rows": [
            {"name": str(row["label"]), "values": [cell.n for cell in row["cells"]]}
            for row in table["rows"]
        ],
    }


# --- Festival visits ---------------------------------------------------------------------


def festival_visits(scope, period):
    """Recipients visited before festivals, by category."""
    days = (period.first, period.last)
    made = CondolenceVisit.objects.standing().filter(visited_on__range=days)
    made = made.filter(scope.limit("recipient__"))
    if not scope.is_open_to(Permission.READ_VISITS):
        visible = CondolenceRecipient.objects.visible_to(scope.user)
        made = made.filter(recipient__in=visible.order_by().values("pk"))
    counted = made.order_by().values_list("recipient__category")
    counted = counted.annotate(n=Count("pk"), yuan=Sum(F("amount") + F("goods_value")))
    found = {category: (n, yuan) for category, n, yuan in counted}

    first, last = (day.isoformat() for day in days)
    between = {"visited_from": first, "visited_to": last}

    def number(n, **more):
        query = {"tab": "visited"} | between | more | scope.query
        return Number(n, f"{reverse('outreach:condolence_recipients')}?{urlencode(query)}")

    return {
        "total": number(sum(n for n, _yuan in found.values())),
        "yuan": sum(yuan for _n, yuan in found.values()),
        "lines": [
            Line(
                category.label,
                number(found[category][0], category=category.value),
                _("%(yuan)s yuan") % {"yuan": found[category][1]},
            )
            for category in RecipientCategory
            if category in found
        ],
    }
