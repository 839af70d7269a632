"""What of weak Party organisations waits for an act of host, office or stationed team."""

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pairing.models import RectificationItem, WeakCheckReport, WeakOrganizationCase
from pairing.models.weak_cases import CaseState, stationed
from portal import parameters
from portal.access import IsAnyOf, reach
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort

OLDEST = Sort(gettext_lazy("oldest first"), "noted_on", descending=False)
SOONEST = Sort(gettext_lazy("soonest first"), "due_on", descending=False)


def _check(report):
    check = report.check_made
    return Item(
        what=_("Yearly check of Party organisations, %(year)s") % {"year": check.year},
        where=report.organ.label,
        url=check.get_absolute_url(),
        act_url=check.get_absolute_url(),
        due=check.answer_by,
    )


def _case(act, due=None):
    def item(case):
        return Item(
            what=case.party_organization.name,
            where=f"{case.place_label} · {case.get_state_display()}",
            url=case.get_absolute_url(),
            act_url=reverse(f"pairing:{act}", args=[case.pk]),
            due=getattr(case, due) if due else None,
        )

    return item


def _review_month(today):
    """The month whose review is due: this one from the norm's day on."""
    if today.day < parameters.number("weakorg.review_day", on=today):
        return None
    return today.replace(day=1)


def _to_review(user):
    month = _review_month(user.today)
    rows = WeakOrganizationCase.objects.filter(reach(user, P.CHECK_WEAK_CASES))
    return rows.without_review(month) if month else rows.none()


def _review_note(user):
    month = date_format(user.today, "YEAR_MONTH_FORMAT")
    return _("The review of %(month)s.") % {"month": month}


def _cases(permission, **state):
    return lambda user: WeakOrganizationCase.objects.filter(reach(user, permission), **state)


def _open_items():
    return RectificationItem.objects.open().filter(
        case__state__in=[CaseState.CONFIRMED, CaseState.RECTIFYING]
    )


def _overdue_items(user):
    rows = _open_items().overdue(user.today)
    return rows.filter(reach(user, P.CHECK_WEAK_CASES, via="case__"))


def _team_items(user):
    return _open_items().filter(Q(IsAnyOf("case__unit", stationed(user))))


def _item(item):
    return Item(
        what=item.measure,
        where=f"{item.case.party_organization.name} · {item.responsible}",
        url=item.case.get_absolute_url(),
        act_url=reverse("pairing:weak_item_progress", args=[item.pk]),
        due=item.due_on,
    )


def _decidable(user):
    rows = WeakOrganizationCase.objects.filter(reach(user, P.DECIDE_WEAK_CASES))
    return rows.filter(state=CaseState.NOTED).exclude(noted_by__in=user.identity_ids)


def _whole(rows):
    return rows.select_related("party_organization", "unit", "township")


def _with_case(rows):
    return rows.select_related("case__party_organization")


register(
    Area.PAIRING,
    Kind(
        code="answer_weak_check",
        title=gettext_lazy("Yearly check of Party organisations to answer"),
        act=gettext_lazy("Check and answer"),
        rows=lambda user: WeakCheckReport.objects.to_answer_by(user),
        load=lambda rows: rows.select_related("check_made", "organ"),
        item=_check,
        sort=Sort(gettext_lazy("soonest first"), "check_made__answer_by", descending=False),
        permissions=(P.CHECK_WEAK_CASES,),
    ),
    Kind(
        code="decide_weak_case",
        title=gettext_lazy("Weak Party organisations to confirm"),
        act=gettext_lazy("Confirm or not"),
        rows=_decidable,
        load=_whole,
        item=_case("decide_weak_case"),
        sort=OLDEST,
        permissions=(P.DECIDE_WEAK_CASES,),
        is_approval=True,
    ),
    Kind(
        code="plan_weak_case",
        title=gettext_lazy("Weak Party organisations without a plan"),
        act=gettext_lazy("Write the plan"),
        rows=_cases(P.CHECK_WEAK_CASES, state=CaseState.CONFIRMED),
        load=_whole,
        item=_case("weak_case"),
        sort=OLDEST,
        permissions=(P.CHECK_WEAK_CASES,),
    ),
    Kind(
        code="replan_weak_case",
        title=gettext_lazy("Party organisations to be put right again"),
        act=gettext_lazy("Add an item to the plan"),
        rows=lambda user: WeakOrganizationCase.objects.filter(
            reach(user, P.CHECK_WEAK_CASES)
        ).without_measures(),
        load=_whole,
        item=_case("add_weak_item"),
        sort=OLDEST,
        permissions=(P.CHECK_WEAK_CASES,),
    ),
    Kind(
        code="review_weak_case",
        title=gettext_lazy("Monthly reviews of weak Party organisations"),
        act=gettext_lazy("Write the review"),
        rows=_to_review,
        load=_whole,
        item=_case("review_weak_case"),
        sort=OLDEST,
        permissions=(P.CHECK_WEAK_CASES,),
        note=_review_note,
    ),
    Kind(
        code="overdue_weak_item",
        title=gettext_lazy("Overdue items of plans"),
        act=gettext_lazy("Write the progress"),
        rows=_overdue_items,
        load=_with_case,
        item=_item,
        sort=SOONEST,
        permissions=(P.CHECK_WEAK_CASES,),
    ),
    Kind(
        code="team_weak_item",
        title=gettext_lazy("Items of the plan where I am stationed"),
        act=gettext_lazy("Write the progress"),
        rows=_team_items,
        load=_with_case,
        item=_item,
        sort=SOONEST,
        permissions=(P.RECORD_VISITS,),
    ),
    Kind(
        code="accept_weak_case",
        title=gettext_lazy("Weak Party organisations that wait for acceptance"),
        act=gettext_lazy("Enter the acceptance"),
        rows=_cases(P.DECIDE_WEAK_CASES, state=CaseState.ACCEPTANCE),
        load=_whole,
        item=_case("accept_weak_case", "plan_due_on"),
        sort=OLDEST,
        permissions=(P.DECIDE_WEAK_CASES,),
    ),
    Kind(
        code="follow_up_weak_case",
        title=gettext_lazy("Transformed Party organisations to look at"),
        act=gettext_lazy("Write what was found"),
        rows=lambda user: WeakOrganizationCase.objects.filter(
            reach(user, P.CHECK_WEAK_CASES)
        ).to_look_at(user.today),
        load=_whole,
        item=_case("follow_up_weak_case", "next_look_on"),
        sort=Sort(gettext_lazy("soonest first"), "next_look_on", descending=False),
        permissions=(P.CHECK_WEAK_CASES,),
    ),
    Kind(
        code="close_weak_case",
        title=gettext_lazy("Party organisations whose follow-up is over"),
        act=gettext_lazy("Write it off"),
        rows=lambda user: WeakOrganizationCase.objects.filter(
            reach(user, P.DECIDE_WEAK_CASES)
        ).to_close(user.today),
        load=_whole,
        item=_case("close_weak_case", "follow_up_until"),
        sort=Sort(gettext_lazy("soonest first"), "follow_up_until", descending=False),
        permissions=(P.DECIDE_WEAK_CASES,),
    ),
)
