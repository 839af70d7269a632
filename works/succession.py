"""What passes on when an enterprise is reorganised: its undecided proposals."""

from django.utils.translation import gettext_lazy as _

from portal.models import Organ
from portal.places import succession
from portal.places.succession import Passed
from works.models import CongressProposal

TITLES = {"congress_proposals": _("Proposals of the workers' congress that pass on")}


def pass_on_organ(old, heir, reorganisation):
    """The host of the heir decides on them; they remain proposals of the congress that made
    them."""
    passed = CongressProposal.objects.open().filter(host_organ=old).update(host_organ=heir)
    return [Passed("congress_proposals", passed)]


def pass_on_host(units, old, new, reorganisation):
    passed = CongressProposal.objects.open().filter(unit__in=units).update(host_organ=new)
    return [Passed("congress_proposals", passed)]


def pass_on_unit(old, heir, reorganisation, part):
    passed = CongressProposal.objects.open().filter(unit=old).update(unit=heir)
    return [Passed("congress_proposals", passed)]


def blockers_of(row, *, on):
    """Open proposals that keep an organ or a unit from ending without a successor."""
    held = {"host_organ": row} if isinstance(row, Organ) else {"unit": row}
    return [Passed("congress_proposals", CongressProposal.objects.open().filter(**held).count())]


succession.name_titles(TITLES)
succession.ORGAN_ENDED.append(pass_on_organ)
succession.HOST_CHANGED.append(pass_on_host)
succession.UNIT_ENDED.append(pass_on_unit)
succession.BLOCKERS.append(blockers_of)
