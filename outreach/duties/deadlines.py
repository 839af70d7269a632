"""Reminders of the deadlines of matters, sent to exactly those who may make the expected move.

Tests compare them with the `person` of the move in acts/moves.py.
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import timedelta

from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, TextField
from django.utils.translation import gettext_lazy as _

from outreach.models import Matter, MatterAssignment, MatterRequest, MatterStep
from outreach.models.matters import Status, Urgency, about, handled_organ_ids, is_asked, number_of
from portal import parameters
from portal.days import workdays
from portal.duties.duty import Grants, Reach, Through, Told, When, soon
from portal.models import RoleGrant
from portal.roles import Permission as P
from portal.roles import Role

HOST, DESK = Reach(P.HOST_MATTERS), Reach(P.ASSIGN_MATTERS)
GIVEN = (Status.ASSIGNED, Status.IN_PROGRESS)
WAITING = (Status.REGISTERED, Status.ESCALATED, *GIVEN, Status.PROPOSED)
IS_ASKED = Q(is_asked())


@dataclass(frozen=True)
class Given(Grants):
    """Handlers of the organs that the matter was assigned to, wherever it lies."""

    _: KW_ONLY
    rows: Callable

    def q(self, user):
        return about(self.rows(user.today).filter(organ__in=handled_organ_ids(user)))

    def pairs(self, due, when="true"):
        given = due.compiled(self.rows(due.day).order_by().values_list("matter", "organ"))
        source = f"due JOIN ({given}) given (at_id, organ_id) ON given.at_id = due.id"
        columns = ("given.organ_id", "NULL::bigint", "NULL::bigint[]")
        return due.want(self.holding, columns, when, source)


def _given(on):
    return MatterAssignment.objects.live().filter(matter__status__in=GIVEN)


def _late(on):
    return _given(on).filter(signed_at=None, sign_due_on__lt=on)


def _is_answered_for(on, rows=_given):
    """The condition that the desk enters the answer, because the lead organ has no account."""
    handlers = RoleGrant.objects.running(on).filter(role=Role.HANDLER, user__is_active=True)
    path = ExpressionWrapper(OuterRef("organ__path"), TextField())
    above = handlers.alias(path=path).filter(path__startswith=F("organ__path"))
    led = rows(on).filter(
        Q(matter__assigned_by_desk=True) | ~Q(organ=F("matter__host_organ")),
        ~Exists(above),
        matter=OuterRef("pk"),
        part=MatterAssignment.Part.LEAD,
    )
    return Q(Exists(led))


def _is_late_and_answered_for(on):
    return _is_answered_for(on, _late)


def _asked(on):
    return MatterRequest.objects.filter(decided_at=None)


def _reported(on):
    """The last report of each result under review."""
    reports = MatterStep.objects.standing().filter(move__in=["report", "answer_for"])
    last = reports.filter(matter=OuterRef("matter")).order_by("-at", "-pk").values("pk")[:1]
    return reports.filter(matter__status=Status.REPORTED, pk=Subquery(last))


# Those who make the expected move: take up; assign; sign, report or note; handle the host's own
# case; enter an answer; confirm. The requester and their principal do not confirm.
ACTING = (
    When(Q(status=Status.REGISTERED), HOST)
    | When(Q(status=Status.ESCALATED), DESK)
    | When(~IS_ASKED, Given(P.HANDLE_MATTERS, rows=_given))
    | When(
        ~IS_ASKED
        & Q(status=Status.IN_PROGRESS, assigned_by_desk=False)
        & Q(lead_organ__path__startswith=F("host_organ__path")),
        HOST,
    )
    | When(_is_answered_for, DESK)
    | When(IS_ASKED, Reach(P.CONFIRM_REQUESTS))
)
SECOND_PERSON = (
    ACTING
    - Through("pk", _asked, "matter", "asked_by")
    - Through("pk", _asked, "matter", "on_behalf_of")
)
SIGNING = Given(P.HANDLE_MATTERS, rows=_late) | When(_is_late_and_answered_for, DESK)
# The desk if it assigned the matter, otherwise host or desk; never the person who reported.
REVIEWING = (
    (DESK | When(Q(assigned_by_desk=False), HOST))
    - Through("pk", _reported, "matter", "by")
    - Through("pk", _reported, "matter", "on_behalf_of")
)


def _waiting(day):
    return Matter.objects.filter(status__in=WAITING)


def _near(matters, day, at):
    in_time = Q(due_at=None) | Q(due_at__gte=at)
    return matters.filter(in_time, due_on__range=(day, soon(day)))


def _over(matters, day, at):
    """Urgent matters are overdue at the hour, all others at the end of the day."""
    return matters.filter(Q(due_on__lt=day) | Q(due_at__lt=at), due_on__lte=day)


def _unsigned(day):
    return Matter.objects.filter(about(_late(day)))


def _first_to_sign(day):
    unsigned = MatterAssignment.objects.live().filter(matter=OuterRef("pk"), signed_at=None)
    unsigned = unsigned.filter(sign_due_on__isnull=False)
    return Subquery(unsigned.order_by("sign_due_on").values("sign_due_on")[:1])


def _to_review(day):
    """Results and second “not satisfied” words whose review is due."""
    steps = MatterStep.objects.standing()
    steps = steps.filter(matter=OuterRef("pk"), to_status=OuterRef("status"))
    since = steps.exclude(from_status=OuterRef("status")).order_by("-at").values("at")[:1]
    waited = _waited_since(day, parameters.number("matter.review_wd", on=day))
    waiting = Matter.objects.filter(status__in=[Status.REPORTED, Status.TWICE_UNSATISFIED])
    return waiting.alias(since=Subquery(since)).filter(since__lte=workdays.end_of(waited))


def _waited_since(day, count):
    """The last day from which `count` working days have passed by `day`."""
    since = day
    while workdays.add_working_days(since, count) > day:
        since -= timedelta(days=1)
    return since


def _told(sentence, code, records, whose, **more):
    more = {"due": "due_on", "number": number_of(), "urgent": Q(urgency=Urgency.URGENT)} | more
    return Told(sentence, "matter", code=code, records=records, whose=whose, **more)


# Reminders of one day are listed from the last to the first.
DEADLINES = (
    _told(_("A review is due"), "review", _to_review, REVIEWING),
    _told(_("The deadline is near"), "due", _waiting, SECOND_PERSON, only=_near),
    _told(_("Not signed for in time"), "unsigned", _unsigned, SIGNING, due=_first_to_sign),
    _told(_("The deadline is over"), "overdue", _waiting, SECOND_PERSON, only=_over),
)
