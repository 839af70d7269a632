"""Columns, constraints and indexes that the tables of pairing have in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.kinds import above
from portal.models import Cadre
from portal.models.constraints import index

PLACE = ("unit", "host_organ", "province", "city", "county", "township", "division")
END_BEFORE_START = _("The end lies before the beginning.")


def key(to, label=None, *, related_name="+", **options):
    """Return a foreign key that protects the record it refers to from deletion."""
    return models.ForeignKey(
        to, models.PROTECT, verbose_name=label, related_name=related_name, **options
    )


def key_or_none(to, label=None, **options):
    """Return a nullable `key`."""
    return key(to, label, null=True, blank=True, **options)


def place_indexes(prefix, order, places):
    """Return one index per place column, each continued by the sort order of the list.

    The index of `host_organ` is named `<prefix>_host`.
    """
    return [
        index(f"{prefix}_{place.removesuffix('_organ')}", f"{place} {order}")
        for place in places.split()
    ]


def place_of(record, *more):
    """Return {column: id} of the record's place and of the further foreign keys in `more`."""
    return {f"{name}_id": getattr(record, f"{name}_id") for name in (*PLACE, *more)}


def place_at(model, unit):
    """Return {column: id} of the place that a record of this model has at the unit today."""
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
