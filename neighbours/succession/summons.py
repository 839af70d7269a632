"""What passes on when an organ is reorganised: its part in open summons."""

from django.utils.translation import gettext_lazy as _

from neighbours.models import SummonedOrgan
from neighbours.models.summons import OPEN
from portal.models import Organ
from portal.places import succession
from portal.places.succession import Passed

TITLES = {"summons": _("Summons to which it is called")}


def _standing(organ):
    return SummonedOrgan.objects.taking_part().filter(organ=organ, summons__state__in=OPEN)


def pass_on_organ(old, heir, reorganisation):
    """Skips summons that call the heir already, so that it is not called twice."""
    there = SummonedOrgan.objects.filter(organ=heir).values("summons")
    passed = _standing(old).exclude(summons__in=there).update(organ=heir)
    return [Passed("summons", passed)]


def blockers_of(row, *, on):
    """Open summons that keep an organ from ending without a successor."""
    if not isinstance(row, Organ):
        return []
    return [Passed("summons", _standing(row).count())]


succession.name_titles(TITLES)
succession.ORGAN_ENDED.append(pass_on_organ)
succession.BLOCKERS.append(blockers_of)
