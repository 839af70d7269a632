"""Duties: entries under supervision, from the decision to the end."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import SupervisionEntry
from portal.days import workdays
from portal.duties.duty import (
    Duty,
    OrganReach,
    Own,
    Reach,
    Told,
    When,
    by_deadline,
    item,
    register,
)
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P

ENTRIES = SupervisionEntry.objects


def _entry(act, due="due_on"):
    return item("title", "lead_organ.label", act, due=due)


def _of(choose):
    return lambda on: choose()


def _before_and_after(rows, day, at):
    """Remind on the last working day before a report is due, and once on the first one after."""
    before = Q(report_on__gt=day, report_on__lte=workdays.add_working_days(day, 1))
    after = Q(report_on__gte=workdays.last_before(day), report_on__lt=day)
    return rows.filter(before | after)


HEAD = OrganReach(P.DECIDE_SUPERVISION, to="organ")
LEAD = OrganReach(P.REPORT_PROGRESS, to="lead_organ")
DESK = Reach(P.KEEP_SUPERVISION)
# Ended by the instructing leader if they have an account, else by the head of the desk.
BY_LEADER = Q(leader__user__isnull=False)
ENDS = When(BY_LEADER, Own("leader__user", P.SEE_PEOPLE)) | When(~BY_LEADER, HEAD)


def _load(rows):
    return rows.for_list()


register(
    Area.EVALUATION,
    Noun("supervision", names_of(SupervisionEntry, "title"), "oversight:supervision_entry"),
    Duty(
        code="entry_to_decide",
        title=_("Supervision to be established"),
        act=pgettext_lazy("oversight", "Decide"),
        records=_of(ENTRIES.to_decide),
        whose=HEAD - Own("proposed_by"),
        load=_load,
        item=_entry("oversight:establish_entry"),
        sort=by_deadline("due_on", "pk"),
        is_approval=True,
        told=Told(_("Supervision is to be established"), "supervision", due="due_on"),
    ),
    Duty(
        code="entry_to_assign",
        title=_("Established supervision to give to the organ"),
        act=_("Look at it"),
        records=_of(ENTRIES.to_assign),
        whose=DESK,
        load=_load,
        item=_entry(""),
        sort=by_deadline("due_on", "pk"),
    ),
    Duty(
        code="entry_to_sign",
        title=_("Supervised matters to sign for"),
        act=_("Look at it"),
        records=_of(ENTRIES.to_sign),
        whose=LEAD,
        load=_load,
        item=_entry("", "sign_by"),
        sort=by_deadline("sign_by", "pk"),
        told=Told(_("A supervised matter is to be signed for"), "supervision", due="sign_by"),
    ),
    Duty(
        code="entry_to_report",
        title=_("Supervised matters: progress to report"),
        act=_("Report progress"),
        records=ENTRIES.to_report,
        whose=LEAD,
        load=_load,
        item=_entry("oversight:report_entry_progress", "report_on"),
        sort=by_deadline("report_on", "pk"),
        told=Told(
            _("Progress of a supervised matter is to be reported"),
            "supervision",
            due="report_on",
            only=_before_and_after,
        ),
    ),
    Duty(
        code="entry_to_review",
        title=_("Results of supervised matters to review"),
        act=pgettext_lazy("oversight", "Review"),
        records=_of(ENTRIES.to_review),
        whose=DESK,
        load=_load,
        item=_entry("oversight:review_entry"),
        sort=by_deadline("due_on", "pk"),
    ),
    Duty(
        code="entry_to_end",
        title=_("Supervised matters to strike off"),
        act=pgettext_lazy("oversight", "Decide"),
        records=_of(ENTRIES.to_end),
        whose=ENDS,
        load=_load,
        item=_entry("oversight:end_entry"),
        sort=by_deadline("due_on", "pk"),
        is_approval=True,
        told=Told(_("A supervised matter is to be struck off"), "supervision", due="due_on"),
    ),
    use="supervision",
)
