"""Duties: sentences to write and to review; the lead organ of a late task is told once."""

from datetime import date, timedelta

from django.db.models import DateField, ExpressionWrapper, Value
from django.utils.translation import gettext_lazy as _

from oversight.models import PlanItem, QuarterNote
from oversight.models.plans import last_quarter
from portal import parameters
from portal.duties.duty import Duty, OrganReach, Told, by_deadline, item, oldest, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P


def _day_after(code, on):
    """A day of the quarter in which the last one is spoken of."""
    year, quarter = last_quarter(on)
    first = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return first + timedelta(days=parameters.number(code, on=on) - 1)


def _sentence_by(on):
    return Value(_day_after("plan.sentence_day", on), output_field=DateField())


def _to_say(on):
    return PlanItem.objects.to_say(on).annotate(
        say_by=ExpressionWrapper(_sentence_by(on), output_field=DateField())
    )


def _to_review(on):
    return QuarterNote.objects.to_review()


def _just_late(rows, day, at):
    """On the first day after the deadline, and never again."""
    return rows.filter(due_on=day - timedelta(days=1))


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
            only=lambda rows, day, at: (
                rows
                if day == _day_after("plan.sentence_day", day) - timedelta(days=1)
                else rows.none()
            ),
        ),
    ),
    Duty(
        code="plan_note_review",
        title=_("Sentences on tasks of plans to review"),
        act=_("Review"),
        records=_to_review,
        whose=OrganReach(P.MANAGE_PLANS, to="item__plan__organ"),
        load=lambda rows: rows.select_related("item__lead_organ"),
        item=item("item.task", "item.lead_organ.label", of="item"),
        sort=oldest("at", "pk"),
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
)
