"""Acts on yearly checks of Party organisations: opening one, the answer of a host."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pairing.actions import weak_checks as actions
from pairing.forms.weak import CheckForm
from pairing.models import WeakCheck, WeakCheckReport
from pairing.rules import weak as rules
from portal.pages.acts import Act, Acts
from portal.records.seen import seen
from portal.roles import Permission


@seen
def visible_check(user):
    return WeakCheck.objects.visible_to(user).select_related("area", "opened_by__organ")


@seen
def _reports(user):
    return WeakCheckReport.objects.visible_to(user).select_related("check_made", "organ__division")


def crumbs(check, *more):
    way = [
        (_("Weak organisations"), reverse("pairing:weak_cases")),
        (_("Yearly checks"), reverse("pairing:weak_checks") if check or more else ""),
    ]
    if check is not None:
        way.append((str(check.year), check.get_absolute_url() if more else ""))
    return [*way, *[(label, "") for label in more]]


def _only_area(user, check):
    grants = user.grants_with(Permission.DECIDE_WEAK_CASES)
    places = [grant.division for grant in grants if grant.division_id]
    return {"area": places[0]} if len(places) == 1 else {}


CHECKS = Acts(
    "pairing",
    "check",
    "weak/checks/<int:pk>/",
    visible_check,
    crumbs,
    listing="pairing:weak_checks",
    acts=(),
    starts=(
        Act(
            "open_weak_check",
            _("Open the yearly check"),
            rules.may_open_check,
            actions.open_check,
            CheckForm,
            "weak/checks/new/",
            initial=_only_area,
            submit=_("Open it"),
            intro=_("Each host answers, even with nothing to report. There is no quota."),
            audit={"weak_check.opened": _("Yearly check of Party organisations opened")},
        ),
    ),
)

REPORTS = Acts(
    "pairing",
    "report",
    "weak/checks/answers/<int:pk>/",
    _reports,
    crumbs,
    page=lambda report: report.check_made,
    acts=(
        Act(
            "answer_weak_check",
            _("Answer"),
            rules.may_answer_check,
            actions.answer_check,
            audit={"weak_check.answered": _("Yearly check of Party organisations answered")},
        ),
    ),
)
