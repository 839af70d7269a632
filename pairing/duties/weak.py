"""What of weak Party organisations waits for host, office or stationed team, and who is told; of
what is weeks ahead nobody is told."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import Stay
from pairing.models import RectificationItem, WeakCheckReport, WeakOrganizationCase
from pairing.models.weak_cases import CaseState
from portal import parameters
from portal.duties.duty import (
    Duty,
    OrganReach,
    Own,
    Reach,
    Through,
    Told,
    item,
    oldest,
    register,
    soon,
    soonest,
)
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P

CASES = WeakOrganizationCase.objects
HOST, OFFICE = Reach(P.CHECK_WEAK_CASES), Reach(P.DECIDE_WEAK_CASES)
HOST_OF_ITEM = Reach(P.CHECK_WEAK_CASES, via="case__")
TEAM_OF_ITEM = Through("case__unit", Stay.objects.running, "unit", "cadre__user", P.RECORD_VISITS)


def _review_is_due(on):
    """From the norm's day on the review of the month is due."""
    return on.day >= parameters.number("weakorg.review_day", on=on)


def _to_review(on):
    return CASES.without_review(on.replace(day=1)) if _review_is_due(on) else CASES.none()


def _review_note(user):
    month = date_format(user.today, "YEAR_MONTH_FORMAT")
    return _("The review of %(month)s.") % {"month": month}


def _in_state(state):
    return lambda on: CASES.filter(state=state)


def _open_items(on):
    return RectificationItem.objects.open().filter(
        case__state__in=[CaseState.CONFIRMED, CaseState.RECTIFYING]
    )


def _case(act, due=""):
    return item(
        "party_organization.name",
        lambda case: f"{case.place_label} · {case.get_state_display()}",
        act,
        due=due,
    )


def _whole(cases):
    return cases.select_related("party_organization", "unit", "township")


def _with_case(items):
    return items.select_related("case__party_organization")


PLAN_ITEM = item(
    "measure",
    lambda one: f"{one.case.party_organization.name} · {one.responsible}",
    "pairing:weak_item_progress",
    of="case",
    due="due_on",
)

register(
    Area.PAIRING,
    Noun(
        "weakcase", names_of(WeakOrganizationCase, "party_organization__name"), "pairing:weak_case"
    ),
    Duty(
        code="answer_weak_check",
        title=gettext_lazy("Yearly check of Party organisations to answer"),
        act=gettext_lazy("Check and answer"),
        records=lambda on: WeakCheckReport.objects.filter(reported_at=None),
        whose=OrganReach(P.CHECK_WEAK_CASES),
        load=lambda rows: rows.select_related("check_made", "organ"),
        item=item(
            lambda one: (
                _("Yearly check of Party organisations, %(year)s") % {"year": one.check_made.year}
            ),
            "organ.label",
            of="check_made",
            due="check_made.answer_by",
        ),
        sort=soonest("check_made__answer_by"),
    ),
    Duty(
        code="decide_weak_case",
        title=gettext_lazy("Weak Party organisations to confirm"),
        act=gettext_lazy("Confirm or not"),
        records=_in_state(CaseState.NOTED),
        whose=OFFICE - Own("noted_by"),
        load=_whole,
        item=_case("pairing:decide_weak_case"),
        sort=oldest("noted_on"),
        is_approval=True,
    ),
    Duty(
        code="plan_weak_case",
        title=gettext_lazy("Weak Party organisations without a plan"),
        act=gettext_lazy("Write the plan"),
        records=_in_state(CaseState.CONFIRMED),
        whose=HOST,
        load=_whole,
        item=_case("pairing:weak_case"),
        sort=oldest("noted_on"),
    ),
    Duty(
        code="replan_weak_case",
        title=gettext_lazy("Party organisations to be put right again"),
        act=gettext_lazy("Add an item to the plan"),
        records=lambda on: CASES.without_measures(),
        whose=HOST,
        load=_whole,
        item=_case("pairing:add_weak_item"),
        sort=oldest("noted_on"),
    ),
    Duty(
        code="review_weak_case",
        title=gettext_lazy("Monthly reviews of weak Party organisations"),
        act=gettext_lazy("Write the review"),
        records=_to_review,
        whose=HOST,
        load=_whole,
        item=_case("pairing:review_weak_case"),
        sort=oldest("noted_on"),
        note=_review_note,
        told=Told(
            gettext_lazy("The monthly review of a weak Party organisation is due"),
            "weakcase",
            code="weak_review",
        ),
    ),
    Duty(
        code="overdue_weak_item",
        title=gettext_lazy("Overdue items of plans"),
        act=gettext_lazy("Write the progress"),
        records=lambda on: _open_items(on).overdue(on),
        whose=HOST_OF_ITEM,
        load=_with_case,
        item=PLAN_ITEM,
        sort=soonest("due_on"),
    ),
    Duty(
        code="team_weak_item",
        title=gettext_lazy("Items of the plan where I am stationed"),
        act=gettext_lazy("Write the progress"),
        records=_open_items,
        whose=TEAM_OF_ITEM,
        load=_with_case,
        item=PLAN_ITEM,
        sort=soonest("due_on"),
        # Of the nearest item of a case host and team are told shortly before.
        told=Told(
            gettext_lazy("An item of a plan is due"),
            "weakcase",
            code="weak_item",
            about="case",
            whose=HOST_OF_ITEM | TEAM_OF_ITEM,
            only=lambda items, day, at: items.filter(due_on__lte=soon(day)),
            due="due_on",
        ),
    ),
    Duty(
        code="accept_weak_case",
        title=gettext_lazy("Weak Party organisations that wait for acceptance"),
        act=gettext_lazy("Enter the acceptance"),
        records=_in_state(CaseState.ACCEPTANCE),
        whose=OFFICE,
        load=_whole,
        item=_case("pairing:accept_weak_case", "plan_due_on"),
        sort=oldest("noted_on"),
        told=Told(
            gettext_lazy("A Party organisation waits for acceptance"),
            "weakcase",
            code="weak_acceptance",
            due="plan_due_on",
        ),
    ),
    Duty(
        code="follow_up_weak_case",
        title=gettext_lazy("Transformed Party organisations to look at"),
        act=gettext_lazy("Write what was found"),
        records=CASES.to_look_at,
        whose=HOST,
        load=_whole,
        item=_case("pairing:follow_up_weak_case", "next_look_on"),
        sort=soonest("next_look_on"),
        told=Told(
            gettext_lazy("A transformed Party organisation is to be looked at"),
            "weakcase",
            code="weak_follow_up",
            records=lambda day: CASES.to_look_at(soon(day)),
            due="next_look_on",
        ),
    ),
    Duty(
        code="close_weak_case",
        title=gettext_lazy("Party organisations whose follow-up is over"),
        act=gettext_lazy("Write it off"),
        records=CASES.to_close,
        whose=OFFICE,
        load=_whole,
        item=_case("pairing:close_weak_case", "follow_up_until"),
        sort=soonest("follow_up_until"),
    ),
)
