"""Columns, constraints and indexes that the tables of pairing have in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.kinds import above
from portal.models import Cadre
from portal.models.constraints import index

PLACE = ("unit", "host_organ", "province", "city", "county", "township", "division")
END_BEFORE_START = _("The end lies before the beginning.")


def key(to, label=None, *, related_name="+", **options):
    """A key to a record that cannot be deleted while this row names it."""
    return models.ForeignKey(
        to, models.PROTECT, verbose_name=label, related_name=related_name, **options
    )


def key_or_none(to, label=None, **options):
    """The same, for a column that may be empty."""
    return key(to, label, null=True, blank=True, **options)


def place_indexes(prefix, order, places):
    """An index for each of these columns of the place, with the rows of each in the list's order.

    The index of `host_organ` is named `<prefix>_host`.
    """
    return [
        index(f"{prefix}_{place.removesuffix('_organ')}", f"{place} {order}")
        for place in places.split()
    ]


def place_of(record, *more):
    """{column: id} of the place of a record, and of `more` of its keys."""
    return {f"{name}_id": getattr(record, f"{name}_id") for name in (*PLACE, *more)}


def place_at(model, unit):
    """{column: id} of the place that a record of this model has at a unit today."""
    record = model()
    record.stand_at(unit)
    return place_of(record)


def own_cadres(user):
    """Values for an IN: the cadre records of a user and of those the user stands in for."""
    return Cadre.objects.filter(user__in=user.identity_ids).values("pk")


@property
def place_label(record):
    """石桥镇 柳湾村, or 云岭重机 机修车间; needs township, unit and host_organ loaded."""
    return f"{above(record)} {record.unit.name}"
