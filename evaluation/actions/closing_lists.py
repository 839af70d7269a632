"""The closing list: the fingerprints of all sealed ballots, published before any is opened.

No part of it is stored earlier. It contains no time but its own and is sorted, so the order of
voting stays hidden.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from evaluation import voting
from evaluation.actions.asking import permitted
from evaluation.models import ClosingList, Poll
from evaluation.models.ballots import TWO_OBSERVE, PollState
from evaluation.rules import polls as rules
from portal.records import audit
from portal.tools.saving import change, keep
from portal.trust.access import require


@transaction.atomic
def list_ballots(poll, *, by, at, returned, remark="", **observers):
    """Stop taking ballots by code, and publish the fingerprints of the ballots in the urn before
    two observers. `returned` counts the unused slips handed back; None if nobody counted them."""
    poll = permitted(poll, rules.may_list_ballots, by, "cycle", "unit")
    if observers["observer"] == observers["second_observer"]:
        raise ValidationError({"second_observer": TWO_OBSERVE})
    sealed = poll.sealed_ballots.values_list("sealed", flat=True)
    published = voting.fingerprints(sealed)
    codes = poll.codes.count()
    slips = {
        "given": codes + poll.voided,
        "used": poll.codes.filter(is_used=True).count(),
        "voided": poll.voided,
        "returned": returned,
    }
    digest = voting.digest_of(published)
    listed = ClosingList(poll=poll, fingerprints=published, digest=digest, **slips, **observers)
    listed.remark, listed.made_at, listed.made_by = remark, at, by
    if not listed.fits and not remark:
        words = _(
            "The numbers do not fit together: %(given)s slips given out, %(used)s used, "
            "%(voided)s void, %(n)s ballots in the urn. Count again; if it stays so, the observers "
            "write what they found."
        )
        raise ValidationError({"remark": words % (slips | {"n": len(listed.rows)})})
    keep(listed)
    change(poll, state=PollState.LISTED)
    values = [digest, *slips.values(), *observers.values()]
    audit.record("poll.listed", on=poll, by=by, fields=["fingerprints"], values=values)
    return poll


@transaction.atomic
def list_all(cycle, *, by, at, **observers):
    """Publish the lists of all polls of a cycle that take ballots, without a count of returned
    slips. Returns how many."""
    require(rules.may_list_all(by, cycle))
    polls = list(Poll.objects.kept_by(by).filter(cycle=cycle).open().order_by("pk"))
    for poll in polls:
        list_ballots(poll, by=by, at=at, returned=None, **observers)
    return len(polls)
