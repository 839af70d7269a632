"""Succession of open topics and batches when organs and units are reorganised."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models import Organ
from portal.places import succession
from portal.places.succession import Passed
from research.models import BatchUnit, ResearchTopic
from research.models.batches import BatchState
from research.models.topics import OVER

TITLES = {"research": _("Research topics and batches that pass on")}
PLACE = ("unit", "host_organ", "province", "city", "county", "township", "division")


def _open_topics():
    return ResearchTopic.objects.exclude(state__in=OVER)


def _units_ahead():
    """Units of batches ahead or under way; units of ended batches keep the organs of their day."""
    return BatchUnit.objects.exclude(Q(batch__state__in=(BatchState.OVER, BatchState.CANCELLED)))


def _passed(*counts):
    return [Passed("research", sum(counts))]


def pass_on_organ(old, heir, reorganisation):
    led = _open_topics().filter(lead_organ=old).update(lead_organ=heir)
    _units_ahead().filter(organ=old).update(organ=heir)
    return _passed(led, _units_ahead().filter(host_organ=old).update(host_organ=heir))


def pass_on_host(units, old, new, reorganisation):
    here = {"unit__in": [unit.pk for unit in units], "host_organ": old}
    return _passed(_units_ahead().filter(**here).update(host_organ=new))


def pass_on_unit(old, heir, reorganisation, part):
    planned = _units_ahead().filter(unit=old)
    # A unit may occur only once in a batch.
    there = BatchUnit.objects.filter(unit=heir).values("batch")
    twice = list(planned.filter(batch__in=there).values_list("pk", flat=True))
    BatchUnit.objects.filter(pk__in=twice).delete()
    place = BatchUnit()
    place.stand_at(heir)
    columns = {f"{name}_id": getattr(place, f"{name}_id") for name in PLACE}
    return _passed(len(twice), planned.update(**columns))


def blockers_of(row, *, on):
    """What an organ or unit still holds, which blocks ending it without a successor."""
    if not isinstance(row, Organ):
        return _passed(_units_ahead().filter(unit=row).count())
    return _passed(_open_topics().filter(lead_organ=row).count())


succession.name_titles(TITLES)
succession.ORGAN_ENDED.append(pass_on_organ)
succession.HOST_CHANGED.append(pass_on_host)
succession.UNIT_ENDED.append(pass_on_unit)
succession.BLOCKERS.append(blockers_of)
