"""厂务公开: entered, and withdrawn with a reason."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change, keep
from portal.trust.access import require
from works.models import Disclosure
from works.rules import disclosures as rules


@transaction.atomic
def disclose(*, by, at, organ, published_on, unit=None, **facts):
    require(rules.may_disclose(by))
    require(rules.may_disclose_at(by, organ, unit))
    if published_on > timezone.localdate(at):
        raise ValidationError({"published_on": _("This day lies in the future.")})

    disclosure = Disclosure(published_on=published_on, published_by=by, created_at=at, **facts)
    disclosure.stand_with(organ, unit)
    keep(disclosure)
    values = {"published_on": published_on, **facts}
    audit.record("disclosure.entered", by, disclosure, sorted(values), values)
    return disclosure


@transaction.atomic
def withdraw(*, disclosure, by, at, reason):
    disclosure = locked(disclosure)
    require(rules.may_withdraw(by, disclosure))

    day = timezone.localdate(at)
    change(disclosure, withdrawn_on=day, withdrawn_by=by, withdrawn_why=reason.strip())
    audit.record("disclosure.withdrawn", by, disclosure, ["withdrawn_on"], {"reason": reason})
    return disclosure
