"""Succession of requests for data that an organ may still make."""

from django.utils.translation import gettext_lazy as _

from oversight.models import DataRequest
from oversight.models.data_requests import RequestState
from portal.models import Organ
from portal.places import succession
from portal.places.succession import Passed

TITLES = {"data_requests": _("Requests for data that pass on")}


def _standing(on):
    """Drafts, submitted requests, and those not expired."""
    over = (RequestState.PROVIDED, RequestState.WITHDRAWN)
    return DataRequest.objects.exclude(state__in=over).filter(ends_on__gte=on)


def pass_on_organ(old, heir, reorganisation):
    passed = _standing(reorganisation.on).filter(organ=old).update(organ=heir)
    return [Passed("data_requests", passed)]


def blockers_of(row, *, on):
    """What an organ still holds, which blocks ending it without a successor."""
    if not isinstance(row, Organ):
        return []
    return [Passed("data_requests", _standing(on).filter(organ=row).count())]


succession.name_titles(TITLES)
succession.ORGAN_ENDED.append(pass_on_organ)
succession.BLOCKERS.append(blockers_of)
