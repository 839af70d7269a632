"""Duties about weak Party organisations, for host, office and stationed team.

Reminders are sent only shortly before the due day, never weeks ahead.
"""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from outreach.models import Stay
from pairing.duties.leading import Leader
from pairing.models import (
    CaseSupport,
    RectificationItem,
    WeakCheckReport,
    WeakOrganizationCase,
)
from pairing.models.weak_cases import CaseState
from portal import parameters
from portal.duties.duty import (
    Duty,
    Item,
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


def _stationed(on):
    """Exclude leaders' stays of some days: those leaders are not stationed cadres."""
    return Stay.objects.running(on).monthly()


UNDER_WAY = (CaseState.CONFIRMED, CaseState.RECTIFYING, CaseState.ACCEPTANCE)
HOST, OFFICE = Reach(P.CHECK_WEAK_CASES), Reach(P.DECIDE_WEAK_CASES)
HOST_OF_ITEM = Reach(P.CHECK_WEAK_CASES, via="case__")
TEAM_OF_ITEM = Through("case__unit", _stationed, "unit", "cadre__user", P.RECORD_VISITS)
RESPONSIBLE = Own("cadre__user", P.SEE_PEOPLE)


def _which_check(report):
    words = {"year": report.check_made.year}
    return _("Yearly check of Party organisations, %(year)s") % words


def _to_review(on):
    """Cases whose monthly review is due, from the configured day of the month on."""
    is_due = on.day >= parameters.number("weakorg.review_day", on=on)
    return CASES.without_review(on.replace(day=1)) if is_due else CASES.none()


def _review_note(user):
    month = date_format(user.today, "YEAR_MONTH_FORMAT")
    return _("The review of %(month)s.") % {"month": month}


def _in_state(state):
    return lambda on: CASES.filter(state=state)


def _open_items(on):
    states = [CaseState.CONFIRMED, CaseState.RECTIFYING]
    return RectificationItem.objects.open().filter(case__state__in=states)


def _case(act, due=""):
    return item(
        "party_organization.name",
        lambda case: f"{case.place_label} · {case.get_state_display()}",
        act,
        due=due,
    )


def _of_case(code, title, act, records, whose, due="", page="", sort=None, **more):
    """Return a duty about a case; its button opens the page named like `code`, unless `page` is
    given."""
    return Duty(
        code,
        title,
        act,
        records,
        whose,
        item=_case(page or f"pairing:{code}", due),
        sort=sort or oldest("noted_on"),
        nearest=due,
        load=lambda cases: cases.select_related(
            "party_organization", "unit", "township", "host_organ"
        ),
        **more,
    )


def _with_case(items):
    return items.select_related("case__party_organization")


PLAN_ITEM = item(
    "measure",
    lambda one: f"{one.case.party_organization.name} · {one.responsible}",
    "pairing:weak_item_progress",
    of="case",
    due="due_on",
)


def _unvisited(on):
    """Leaders who have not visited their case this month."""
    running = CaseSupport.objects.running(on).filter(case__state__in=UNDER_WAY)
    return running.unvisited(on.replace(day=1), on)


def _named(support):
    """Return the case, with a button to the visit form for its unit."""
    case = support.case
    where = f"{case.place_label} · {support.get_kind_display()}"
    form = f"{reverse('outreach:new_visit')}?{urlencode({'unit': case.unit_id})}"
    url = case.get_absolute_url()
    act = form if support.writes else url
    return Item(case.party_organization.name, where, url, act)


register(
    Area.PAIRING,
    Noun(
        "weakcase", names_of(WeakOrganizationCase, "party_organization__name"), "pairing:weak_case"
    ),
    Duty(
        code="answer_weak_check",
        title=_("Yearly check of Party organisations to answer"),
        act=_("Check and answer"),
        records=lambda on: WeakCheckReport.objects.filter(reported_at=None),
        whose=OrganReach(P.CHECK_WEAK_CASES),
        load=lambda rows: rows.select_related("check_made", "organ"),
        item=item(_which_check, "organ.label", of="check_made", due="check_made.answer_by"),
        sort=soonest("check_made__answer_by"),
    ),
    _of_case(
        "decide_weak_case",
        _("Weak Party organisations to confirm"),
        _("Confirm or not"),
        _in_state(CaseState.NOTED),
        OFFICE - Own("noted_by"),
        is_approval=True,
    ),
    _of_case(
        "plan_weak_case",
        _("Weak Party organisations without a plan"),
        _("Write the plan"),
        _in_state(CaseState.CONFIRMED),
        HOST,
        page="pairing:weak_case",
    ),
    _of_case(
        "replan_weak_case",
        _("Party organisations to be put right again"),
        _("Add an item to the plan"),
        lambda on: CASES.without_measures(),
        HOST,
        page="pairing:add_weak_item",
    ),
    _of_case(
        "review_weak_case",
        _("Monthly reviews of weak Party organisations"),
        _("Write the review"),
        _to_review,
        HOST,
        note=_review_note,
        told=Told(
            _("The monthly review of a weak Party organisation is due"),
            "weakcase",
            code="weak_review",
        ),
    ),
    Duty(
        code="overdue_weak_item",
        title=_("Overdue items of plans"),
        act=_("Write the progress"),
        records=lambda on: _open_items(on).overdue(on),
        whose=HOST_OF_ITEM,
        load=_with_case,
        item=PLAN_ITEM,
        sort=soonest("due_on"),
    ),
    Duty(
        code="team_weak_item",
        title=_("Items of the plan that are mine, or where I am stationed"),
        act=_("Write the progress"),
        records=_open_items,
        whose=TEAM_OF_ITEM | RESPONSIBLE,
        load=_with_case,
        item=PLAN_ITEM,
        sort=soonest("due_on"),
        # Reminds host, team and the cadre responsible of the nearest item of a case, shortly before
        # it is due.
        told=Told(
            _("An item of a plan is due"),
            "weakcase",
            code="weak_item",
            about="case",
            whose=HOST_OF_ITEM | TEAM_OF_ITEM | RESPONSIBLE,
            only=lambda items, day, at: items.filter(due_on__lte=soon(day)),
            due="due_on",
        ),
    ),
    Duty(
        code="visit_weak_case",
        title=_("Weak organisations assigned to me, not visited this month"),
        act=_("Write down a visit"),
        records=_unvisited,
        whose=Leader("cadre__user", P.SEE_PEOPLE),
        load=lambda rows: rows.select_related(
            "case__party_organization", "case__unit", "case__township", "case__host_organ"
        ),
        item=_named,
        sort=oldest("starts_on"),
    ),
    _of_case(
        "accept_weak_case",
        _("Weak Party organisations that wait for acceptance"),
        _("Enter the acceptance"),
        _in_state(CaseState.ACCEPTANCE),
        OFFICE,
        "plan_due_on",
        told=Told(
            _("A Party organisation waits for acceptance"),
            "weakcase",
            code="weak_acceptance",
            due="plan_due_on",
        ),
    ),
    _of_case(
        "follow_up_weak_case",
        _("Transformed Party organisations to look at"),
        _("Write what was found"),
        CASES.to_look_at,
        HOST,
        "next_look_on",
        sort=soonest("next_look_on"),
        told=Told(
            _("A transformed Party organisation is to be looked at"),
            "weakcase",
            code="weak_follow_up",
            records=lambda day: CASES.to_look_at(soon(day)),
            due="next_look_on",
        ),
    ),
    _of_case(
        "close_weak_case",
        _("Party organisations whose follow-up is over"),
        _("Write it off"),
        CASES.to_close,
        OFFICE,
        "follow_up_until",
        sort=soonest("follow_up_until"),
    ),
    use="weak",
)
