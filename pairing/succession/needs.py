"""Succession of needs and offers: open needs follow their unit, offers go to the organ's heir."""

from django.utils.translation import gettext_lazy as _

from pairing.models import HelpNeed, HelpResource
from pairing.models.fields import place_at
from pairing.models.needs import NeedState
from portal.models import Organ
from portal.places import succession
from portal.places.succession import Passed

TITLES = {"help_needs": _("Open needs for help"), "help_offers": _("Offers of help")}


def _open():
    """Open needs, also expired ones, which may still be renewed."""
    return HelpNeed.objects.filter(state=NeedState.OPEN)


def pass_on_organ(old, heir, reorganisation):
    offers = HelpResource.objects.filter(organ=old, withdrawn_on=None).update(organ=heir)
    needs = _open().filter(host_organ=old).update(host_organ=heir)
    return [Passed("help_needs", needs), Passed("help_offers", offers)]


def pass_on_host(units, old, new, reorganisation):
    rows = _open().filter(unit__in=[unit.pk for unit in units], host_organ=old)
    return [Passed("help_needs", rows.update(host_organ=new))]


def pass_on_unit(old, heir, reorganisation, part):
    rows = _open().filter(unit=old)
    return [Passed("help_needs", rows.update(**place_at(HelpNeed, heir)))]


def blockers_of(row, *, on):
    """Records of an organ or a unit that prevent ending it without an heir."""
    if isinstance(row, Organ):
        offers = HelpResource.objects.on_offer(on).filter(organ=row)
        return [Passed("help_offers", offers.count())]
    return [Passed("help_needs", HelpNeed.objects.open(on).filter(unit=row).count())]


succession.name_titles(TITLES)
succession.ORGAN_ENDED.append(pass_on_organ)
succession.HOST_CHANGED.append(pass_on_host)
succession.UNIT_ENDED.append(pass_on_unit)
succession.BLOCKERS.append(blockers_of)
