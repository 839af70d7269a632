"""Succession of open inspections and findings when organs are reorganised."""

from django.utils.translation import gettext_lazy as _

from oversight.models import Finding, InspectedOrgan, Inspection, RectificationNotice
from oversight.models.inspections import OVER
from portal.models import Organ
from portal.places import succession
from portal.places.succession import Passed

TITLES = {"inspections": _("Inspections and open findings that pass on")}


def _open():
    return Inspection.objects.exclude(state__in=OVER)


def _passed(*counts):
    return [Passed("inspections", sum(counts))]


def pass_on_organ(old, heir, reorganisation):
    """The successor carries out, answers and rectifies."""
    running = _open().order_by().values("pk")
    led = _open().filter(organ=old).update(organ=heir)
    asked = InspectedOrgan.objects.filter(organ=old, inspection__in=running)
    # An organ may be asked only once in an inspection.
    there = InspectedOrgan.objects.filter(organ=heir).values("inspection")
    asked.filter(inspection__in=there).delete()
    moved = asked.update(organ=heir)
    findings = Finding.objects.filter(organ=old, inspection__in=running).update(organ=heir)
    RectificationNotice.objects.filter(organ=old, inspection__in=running, received_at=None).update(
        organ=heir
    )
    return _passed(led, moved, findings)


def blockers_of(row, *, on):
    """What an organ still holds, which blocks ending it without a successor."""
    if not isinstance(row, Organ):
        return []
    findings = Finding.objects.open().filter(organ=row)
    return _passed(_open().filter(organ=row).count(), findings.count())


succession.name_titles(TITLES)
succession.ORGAN_ENDED.append(pass_on_organ)
succession.BLOCKERS.append(blockers_of)
