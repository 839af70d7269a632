"""Duties on paper ballots: second typing, and comparing with the paper."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluation.models import PaperBatch
from evaluation.models.ballots import PollState
from evaluation.models.paper import PaperState
from portal.duties.duty import Deadline, Duty, Own, Reach, item, register
from portal.pages.side_list import Area
from portal.roles import Permission as P

COUNTERS = Reach(P.COUNT_BALLOTS, via="poll__")
FIRST, SECOND = Own("first_by", is_lent=False), Own("second_by", is_lent=False)


def _kind(code, title, act, state, whose, page):
    return Duty(
        code=code,
        title=title,
        act=act,
        records=lambda on: PaperBatch.objects.filter(
            state=state, poll__state__in=(PollState.OPEN, PollState.LISTED)
        ),
        whose=whose,
        load=lambda rows: rows.for_list(),
        item=item(
            lambda one: f"{one.poll.unit.name} · {gettext('Batch %(n)s') % {'n': one.number}}",
            "poll.cycle.title",
            page,
            page="evaluation:paper_batch",
            due="poll.cycle.ballots_until",
        ),
        sort=Deadline(_("due soonest first"), "poll__cycle__ballots_until", descending=False),
    )


register(
    Area.EVALUATION,
    _kind(
        "paper_again",
        _("Paper ballots to be typed again"),
        _("Look at the batch"),
        PaperState.WAITING,
        COUNTERS - FIRST,
        "evaluation:paper_batch",
    ),
    _kind(
        "paper_compare",
        _("Paper ballots to be compared"),
        _("Compare with the paper"),
        PaperState.DIFFERS,
        COUNTERS & (FIRST | SECOND),
        "evaluation:compare_paper",
    ),
    use="evaluation",
)
