"""Dashboard parts of pairing: each number links to the list that it counts; nothing is ranked."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from outreach.overview.dashboard import Line, Number, places_below, units_of
from pairing.figures import MONEY_DONE, MONEY_PROMISED, PAIRINGS, SUPPORT_DONE, SUPPORT_PROMISED
from pairing.models import HelpNeed, Pairing, SupportItem
from pairing.models.pairings import HELP_LEVELS, Level, contact_is_due
from pairing.models.support import SupportKind
from portal import parameters
from portal.models import Organ
from portal.roles import Permission
from portal.sheets import figures
from portal.trust.access import PLACE_COLUMNS

# Age groups of open needs, in days: (from, to).
AGES = ((0, 30), (31, 90), (91, None))
TEN_THOUSAND = 10_000


def who_helps_whom(scope, period):
    """Pairings that run today, and the units they cover."""
    today = scope.user.today
    return {
        "levels": levels(scope, period, today),
        "units": paired_units(scope, today),
        "ending": _ending(scope, today),
        "ahead": parameters.number("pairing.ending_days", on=today),
    }


def needed_and_given(scope, period):
    """Open needs, and help promised and done."""
    today = scope.user.today
    return {
        "doors": household_coverage(scope, today),
        "needs": needs(scope, today),
        "support": support(scope, period),
        "overdue": _overdue(scope, today),
    }


def _list(scope, page, n, **query):
    return Number(n, f"{reverse(f'pairing:{page}')}?{urlencode(scope.query | query)}")


def _rows(scope, noun):
    return scope.rows(noun, Permission.READ_PAIRINGS).order_by()


def running(scope, today):
    return _rows(scope, Pairing).helping().under_way(today)


# --- Pairings and their coverage ----------------------------------------------------------------


@dataclass(frozen=True)
class Covered:
    """How many of a total have a helper. `share` is in whole per cent, None if the total is
    zero."""

    has: Number
    lacks: Number

    @property
    def n(self):
        return self.has.n + self.lacks.n

    @property
    def share(self):
        return round(100 * self.has.n / self.n) if self.n else None


def levels(scope, period, today):
    """[(level, running today, begun in the period)] of the pairings."""
    days = {"first": period.first, "last": period.last}
    begun = figures.counts(PAIRINGS, scope, **days)
    there = dict(running(scope, today).values_list("level").annotate(n=Count("pk")))
    return [
        (
            level.label,
            _list(scope, "pairings", there.get(level.value, 0), level=level.value, tab="running"),
            Number(begun[level.value], PAIRINGS.address(scope, **days, part=level.value)),
        )
        for level in HELP_LEVELS
    ]


def paired_units(scope, today):
    """Units with a helping organ today; None in the scope of an organ, which has no units."""
    if scope.organ or not scope.is_open_to(Permission.READ_PAIRINGS):
        return None
    paired = Q(pk__in=_paired(scope, today).values("unit"))
    counted = units_of(scope).order_by().aggregate(all=Count("pk"), has=Count("pk", filter=paired))
    return Covered(
        _list(scope, "paired_units", counted["has"], has="somebody"),
        _list(scope, "paired_units", counted["all"] - counted["has"], has="nobody"),
    )


def _paired(scope, today):
    return running(scope, today).filter(level=Level.UNIT)


def units(scope, *, has):
    """The units behind a number of the coverage."""
    paired = Q(pk__in=_paired(scope, scope.user.today).values("unit"))
    return units_of(scope).filter(paired if has else ~paired)


def helpers_of(scope, units):
    """Return {unit id: [pairings with organs that run today]} for these units."""
    there = {}
    rows = _paired(scope, scope.user.today).filter(unit__in=[one.pk for one in units])
    for pairing in rows.select_related("organ").order_by("organ__sort_order", "pk"):
        there.setdefault(pairing.unit_id, []).append(pairing)
    return there


# --- Needs --------------------------------------------------------------------------------------


def household_coverage(scope, today):
    """Open needs of households with a helper; None in the scope of an organ."""
    if scope.organ:
        return None
    open_needs = _rows(scope, HelpNeed).open(today).of_households().with_pairing(today)
    counted = open_needs.aggregate(all=Count("pk"), has=Count("pk", filter=Q(is_helped=True)))
    query = {"tab": "open", "whose": "household"}
    return Covered(
        _list(scope, "help_needs", counted["has"], **query, helped="somebody"),
        _list(scope, "help_needs", counted["all"] - counted["has"], **query, helped="nobody"),
    )


def needs(scope, today):
    """Open needs by age group; empty in the scope of an organ."""
    if scope.organ:
        return []
    buckets = []
    for youngest, oldest in AGES:
        since = today - timedelta(days=oldest) if oldest is not None else None
        buckets.append((youngest, oldest, since, today - timedelta(days=youngest)))
    aged = {}
    for place, (_youngest, _oldest, since, until) in enumerate(buckets):
        days = Q(noted_on__lte=until) if since is None else Q(noted_on__range=(since, until))
        aged[f"age{place}"] = Count("pk", filter=days)
    counted = _rows(scope, HelpNeed).open(today).aggregate(**aged)
    lines = []
    for place, (youngest, oldest, since, until) in enumerate(buckets):
        label = (
            _("%(from)s days and more") % {"from": youngest}
            if oldest is None
            else _("%(from)s–%(to)s days") % {"from": youngest, "to": oldest}
        )
        days = {"noted_from": since and since.isoformat(), "noted_to": until.isoformat()}
        days = {name: day for name, day in days.items() if day}
        number = _list(scope, "help_needs", counted[f"age{place}"], tab="open", **days)
        lines.append(Line(label, number, is_over=oldest is None and number.n > 0))
    return lines


# --- Help promised and done ---------------------------------------------------------------------


@dataclass(frozen=True)
class Money:
    """An amount and the address of the items that make it up."""

    yuan: Decimal
    url: str

    @property
    def wan(self):
        """The amount in 10,000 yuan, as on sheets."""
        return f"{self.yuan / TEN_THOUSAND:.2f}".rstrip("0").rstrip(".")


def support(scope, period):
    """Number and amount of the items promised and done in the period, by kind."""
    days = {"first": period.first, "last": period.last}
    columns = [
        (figure, figures.counts(figure, scope, **days), figures.counts(money, scope, **days))
        for figure, money in ((SUPPORT_PROMISED, MONEY_PROMISED), (SUPPORT_DONE, MONEY_DONE))
    ]
    return [
        {
            "label": kind.label,
            "cells": [
                (
                    Number(counted[kind.value], figure.address(scope, **days, part=kind.value)),
                    Money(
                        Decimal(fen[kind.value]) / 100,
                        figure.address(scope, **days, part=kind.value, money="yes"),
                    ),
                )
                for figure, counted, fen in columns
            ],
        }
        for kind in SupportKind
        if any(counted[kind.value] for _figure, counted, _fen in columns)
    ]


def _overdue(scope, today):
    n = _rows(scope, SupportItem).overdue(today).count()
    return _list(scope, "support_items", n, state="overdue")


# --- Contact and endings ------------------------------------------------------------------------


def contact(scope, _period):
    """Pairings without contact for longer than the norm, by the places below if the area is wider
    than a county, otherwise by helping organ."""
    today = scope.user.today
    interval = parameters.number("pairing.visit_interval_days", on=today)
    below = places_below(scope)
    silent = contact_is_due(today - timedelta(days=1), interval, on=today)
    counted = (
        running(scope, today)
        .values_list(PLACE_COLUMNS[below[0].level] if below else "organ")
        .annotate(n=Count("pk"), lacking=Count("pk", filter=silent))
    )
    found = {one: (n, lacking) for one, n, lacking in counted}
    rows = below or Organ.objects.filter(pk__in=found).order_by("sort_order", "pk")
    lines = []
    for one in rows:
        if one.pk not in found:
            continue
        n, lacking = found[one.pk]
        where = {"area" if below else "itself": str(one.pk), "tab": "running"}
        lines.append(
            (
                one.name if below else one.label,
                _list(scope, "pairings", lacking, **where | {"contact": "overdue"}),
                _list(scope, "pairings", n, **where),
            )
        )
    total = sum(lacking for _n, lacking in found.values())
    return {
        "interval": interval,
        "total": _list(scope, "pairings", total, tab="running", contact="overdue"),
        "by_place": bool(below),
        "lines": lines,
    }


def _ending(scope, today):
    ahead = parameters.number("pairing.ending_days", on=today)
    n = _rows(scope, Pairing).helping().ending(today, ahead).count()
    return _list(scope, "pairings", n, tab="ending")
