"""Duties on objections to answer and computed scores to check."""

from django.utils.translation import gettext_lazy as _

from evaluation.models import Appeal
from evaluation.models.cycles import CycleState
from evaluation.models.scores import AppealState
from portal.days import workdays
from portal.duties.duty import Duty, Own, Reach, Told, item, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P


def _longest_waiting(column):
    return Sort(_("longest waiting first"), column, descending=False)


register(
    Area.EVALUATION,
    Noun("appeal", names_of(Appeal, "appraised__name"), "evaluation:appeal"),
    Duty(
        code="appeals",
        title=_("Objections to scores"),
        act=_("Decide on the objection"),
        # Nobody decides on objections in a cycle that was cancelled.
        records=lambda on: Appeal.objects.open().exclude(
            appraised__cycle__state=CycleState.CANCELLED
        ),
        # Excludes objections about or filed by the user.
        whose=Reach(P.MANAGE_EVALUATION, via="appraised__")
        - Own("filed_by")
        - Own("appraised__cadre__user"),
        load=lambda rows: rows.for_list(),
        item=item(
            "appraised.name",
            lambda one: f"{one.appraised.organ_name} · {one.appraised.cycle.title}",
            "evaluation:decide_appeal",
            due="appraised.cycle.objection_until",
        ),
        sort=_longest_waiting("filed_at"),
        nearest="appraised__cycle__objection_until",
        # Every morning, while the cycle is open to objections.
        told=Told(
            _("Objection to a score waits for an answer"),
            "appeal",
            code="appeal_open",
            only=lambda rows, day, at: rows.filter(appraised__cycle__state=CycleState.OBJECTION),
            due="appraised__cycle__objection_until",
        ),
    ),
    # Once, on the next working morning, to the person who filed it; nobody is told on days off.
    Told(
        _("Objection to a score was answered"),
        "appeal",
        code="appeal_answered",
        records=lambda day: Appeal.objects.filter(
            state__in=[AppealState.UPHELD, AppealState.DISMISSED]
        ),
        only=lambda rows, day, at: rows.filter(
            decided_at__gt=at - (day - workdays.last_before(day)), decided_at__lte=at
        ),
        whose=Own("filed_by", is_lent=False),
    ),
    use="evaluation",
)
