"""What passes on when an organ is reorganised: what it may still ask of the grassroots."""

from django.utils.translation import gettext_lazy as _

from oversight.models import DataRequest
from oversight.models.data_requests import RequestState
from portal.models import Organ
from portal.places import succession
from portal.places.succession import Passed

TITLES = {"data_requests": _("Requests for data that pass on")}


def _standing(on):
    """Drafts, what waits for a decision, and what has not expired."""
    over = (RequestState.PROVIDED, RequestState.WITHDRAWN)
    return DataRequest.objects.exclude(state__in=over).filter(ends_on__gte=on)


def pass_on_organ(old, heir, reorganisation):
    passed = _standing(reorganisation.on).filter(organ=old).update(organ=heir)
    return [Passed("data_requests", passed)]


def still_held(row, *, on):
    """What keeps an organ from ending without a successor."""
    if not isinstance(row, Organ):
        return []
    return [Passed("data_requests", _standing(on).filter(organ=row).count())]


succession.name_titles(TITLES)
succession.ORGAN_ENDED.append(pass_on_organ)
succession.BLOCKERS.append(still_held)
