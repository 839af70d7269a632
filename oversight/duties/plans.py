"""Duties: sentences to write and to review; the lead organ of a late task is told once."""

from django.db.models import DateField, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import PlanItem, QuarterNote
from oversight.models.plans import end_of_quarter, last_quarter
from portal import parameters
from portal.days import workdays
from portal.duties.duty import Duty, OrganReach, Own, Told, by_deadline, item, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P


def _working_day(code, on):
    """The working day of this quarter by which the last quarter must be reported on."""
    ended = end_of_quarter(*last_quarter(on))
    return workdays.add_working_days(ended, parameters.number(code, on=on))


def _by(code):
    return lambda on: Value(_working_day(code, on), output_field=DateField())


_sentence_by = _by("plan.sentence_day")


def _to_say(on):
    return PlanItem.objects.to_say(on).annotate(say_by=_sentence_by(on))


def _to_review(on):
    return QuarterNote.objects.to_review().annotate(review_by=_by("plan.review_day")(on))


def _day_before(rows, day, at):
    """Remind on the working day before the deadline only."""
    is_told = day == workdays.last_before(_working_day("plan.sentence_day", day))
    return rows if is_told else rows.none()


def _just_late(rows, day, at):
    """Remind once, on the first working day after the deadline; nobody is told on days off."""
    return rows.filter(due_on__gte=workdays.last_before(day), due_on__lt=day)


LEAD = OrganReach(P.REPORT_PROGRESS, to="lead_organ")

register(
    Area.EVALUATION,
    Noun("plan_item", names_of(PlanItem, "task"), "oversight:plan_item"),
    Duty(
        code="plan_sentence",
        title=_("Tasks of plans: one sentence on the last quarter"),
        act=_("Say how it stands"),
        records=_to_say,
        whose=LEAD,
        load=lambda rows: rows.for_list(),
        item=item("task", "plan.title", "oversight:say_quarter", due="say_by"),
        sort=by_deadline("say_by", "pk"),
        told=Told(
            _("A task of a plan wants its sentence"),
            "plan_item",
            due=_sentence_by,
            only=_day_before,
        ),
    ),
    Duty(
        code="plan_note_review",
        title=_("Sentences on tasks of plans to review"),
        act=pgettext_lazy("oversight", "Review"),
        records=_to_review,
        whose=OrganReach(P.MANAGE_PLANS, to="item__plan__organ") - Own("written_by"),
        load=lambda rows: rows.select_related("item__lead_organ"),
        item=item("item.task", "item.lead_organ.label", of="item", due="review_by"),
        sort=by_deadline("review_by", "pk"),
    ),
    Told(
        _("A task of a plan is behind its day"),
        "plan_item",
        code="plan_item_late",
        records=PlanItem.objects.late,
        whose=LEAD,
        due="due_on",
        only=_just_late,
    ),
    use="plans",
)
