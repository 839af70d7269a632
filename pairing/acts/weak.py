"""Acts on weak Party organisations: the case, the items of its plan, who helps."""

from functools import partial
from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.actions import weak_cases as cases
from pairing.actions import weak_plans as plans
from pairing.forms import weak as forms
from pairing.models import CaseSupport, RectificationItem, WeakOrganizationCase
from pairing.rules import weak as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen

NO_LABEL_YET = _("No organisation counts as weak before the county has confirmed it.")


@seen
def visible_case(user):
    return WeakOrganizationCase.objects.visible_to(user).select_related(
        "party_organization", "unit__host_organ", "township", "host_organ"
    )


@seen
def _items(user):
    return RectificationItem.objects.visible_to(user)


@seen
def _supports(user):
    return CaseSupport.objects.visible_to(user).select_related("cadre", "organ")


def _with_case(find, user, pk):
    """Return a part of a case, with its case if the user sees it."""
    part = find(user, pk)
    part.case = visible_case(user, part.case_id)
    return part


crumbs = crumbs_under(
    _("Weak organisations"), "pairing:weak_cases", attrgetter("party_organization.name")
)


def _first_check(user, case):
    found = [one.situation for one in case.situations.all()]
    return {"year": case.year, "level": case.level, "situations": found}


CASES = Acts(
    "pairing",
    "case",
    "weak/<int:pk>/",
    visible_case,
    crumbs,
    listing="pairing:weak_cases",
    starts=(
        Act(
            "note_weak_case",
            _("First check of a Party organisation"),
            rules.may_note,
            cases.note_case,
            forms.NoteForm,
            "weak/new/",
            submit=_("Hand it to the county"),
            intro=NO_LABEL_YET,
        ),
    ),
    acts=(
        Act(
            "decide_weak_case",
            _("Confirm or not"),
            rules.may_decide,
            cases.decide_case,
            forms.DecideForm,
            "decide/",
            submit=_("Keep the decision"),
            intro=_("Standing committee of the county; the prefecture is told by document."),
            primary=True,
        ),
        Act(
            "correct_weak_case",
            _("Correct the first check"),
            rules.may_correct,
            cases.correct_case,
            forms.NoteForm,
            "correct/",
            about=True,
            initial=_first_check,
            submit=_("Keep"),
            intro=NO_LABEL_YET,
        ),
        Act(
            "lay_down_weak_plan",
            _("Lay down the plan"),
            rules.may_lay_down,
            cases.lay_down_plan,
            forms.PlanForm,
            "plan/",
            initial=lambda user, case: {"goal": case.goal},
            submit=_("Lay it down"),
            intro=_("Every situation has its measure; items can be added later."),
            primary=True,
        ),
        Act(
            "add_weak_item",
            _("Add an item to the plan"),
            rules.may_change_plan,
            plans.add_item,
            forms.ItemForm,
            "items/new/",
            about=True,
            submit=_("Add it"),
            audit={"weak_item.added": _("Item of a plan added")},
        ),
        Act(
            "name_weak_support",
            _("Name who helps (四个一)"),
            rules.may_change_plan,
            plans.name_support,
            forms.SupportForm,
            "support/new/",
            submit=pgettext_lazy("act", "Name"),
            intro=_("The term of the previous helper ends on the day before."),
            audit={"weak_case.support_named": _("Helper of a weak Party organisation named")},
            undo="support.end_weak_support",
        ),
        Act(
            "review_weak_case",
            _("Write the monthly review"),
            rules.may_review,
            plans.review_case,
            forms.ReviewForm,
            "review/",
            submit=_("Keep it"),
            audit={"weak_case.reviewed": _("Monthly review of a weak Party organisation")},
        ),
        Act(
            "ask_weak_acceptance",
            _("Ask for acceptance"),
            rules.may_ask_acceptance,
            cases.ask_acceptance,
            path="ask/",
            confirm=_("Ask the county for acceptance?"),
        ),
        Act(
            "accept_weak_case",
            _("Enter the acceptance"),
            rules.may_accept,
            cases.accept_case,
            forms.AcceptanceForm,
            "accept/",
            about=True,
            submit=_("Work out the result"),
            intro=_(
                "Enter ballots and points as counted; whether it passes is worked out from them."
            ),
            template="pairing/accept_weak_case.html",
            shown=lambda user, case: {"answers": forms.ANSWERS},
            primary=True,
        ),
        Act(
            "follow_up_weak_case",
            _("Write a follow-up look"),
            rules.may_follow_up,
            cases.follow_up,
            forms.LookForm,
            "look/",
            about=True,
            submit=_("Keep it"),
            audit={"weak_case.looked_at": _("Transformed Party organisation looked at")},
        ),
        Act(
            "close_weak_case",
            _("Write it off"),
            rules.may_close,
            cases.close_case,
            forms.CloseForm,
            "close/",
            intro=_("It disappears from current lists and stays in the archive of the office."),
        ),
    ),
)

ITEMS = Acts(
    "pairing",
    "item",
    "weak/items/<int:pk>/",
    partial(_with_case, _items),
    crumbs,
    page=lambda item: item.case,
    acts=(
        Act(
            "weak_item_progress",
            _("Write the progress"),
            rules.may_note_progress,
            plans.note_progress,
            forms.ProgressForm,
            submit=_("Keep it"),
            intro=lambda item: item.measure,
            audit={"weak_item.progressed": _("Progress of an item of a plan")},
        ),
        Act(
            "end_weak_item",
            _("Write the item off or drop it"),
            rules.may_end_item,
            plans.end_item,
            forms.EndItemForm,
            "end/",
            submit=_("Keep it"),
            intro=lambda item: item.measure,
            audit={
                "weak_item.done": _("Item of a plan written off"),
                "weak_item.dropped": _("Item of a plan dropped"),
            },
        ),
    ),
)

SUPPORTS = Acts(
    "pairing",
    "support",
    "weak/support/<int:pk>/",
    partial(_with_case, _supports),
    crumbs,
    page=lambda support: support.case,
    acts=(
        Act(
            "end_weak_support",
            _("Somebody no longer helps"),
            rules.may_end_support,
            plans.end_support,
            forms.EndSupportForm,
            "end/",
            submit=pgettext_lazy("pairings", "End it"),
            intro=lambda support: support.who,
            audit={"weak_case.support_ended": _("Helper of a weak Party organisation ended")},
        ),
    ),
)
