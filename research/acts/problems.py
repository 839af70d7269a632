"""Acts on problems that research found."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from research.actions import problems as actions
from research.forms import problems as forms
from research.models import FoundProblem
from research.rules import problems as rules


@seen
def visible_problem(user):
    return FoundProblem.objects.visible_to(user).select_related(
        "topic__lead_organ__division",
        "topic__leader",
        "lead_organ",
        "responsible_organ__division",
        "person__organ",
        "matter",
    )


crumbs = crumbs_under(
    _("Problems found by research"), "research:found_problems", attrgetter("title")
)


def _as_written(user, problem):
    return {name: getattr(problem, name) for name in actions.FIELDS}


def _where(user, problem):
    """Preset the category from which the topic started."""
    return {"category": problem.topic.category} if problem.topic.category else {}


PROBLEMS = Acts(
    "research",
    "problem",
    "research/problems/<int:pk>/",
    visible_problem,
    crumbs,
    acts=(
        Act(
            "note_found_problem",
            _("Note progress"),
            rules.may_note,
            actions.note_progress,
            forms.ProgressForm,
            "note/",
            primary=True,
            audit={"found_problem.progress": _("Progress of a found problem noted")},
        ),
        Act(
            "make_matter_of_problem",
            _("Register it in the ledger"),
            rules.may_make_matter,
            actions.make_matter,
            forms.MatterForm,
            "matter/",
            initial=_where,
            intro=_(
                "It becomes a matter in these words. Its progress is then the matter's, and "
                "nothing is written twice."
            ),
            audit={"found_problem.to_ledger": _("Found problem registered in the ledger")},
        ),
        Act(
            "edit_found_problem",
            _("Change it"),
            rules.may_change,
            actions.change_problem,
            forms.ProblemForm,
            "edit/",
            initial=_as_written,
            submit=_("Save"),
            audit={"found_problem.changed": _("Found problem changed")},
        ),
        Act(
            "settle_found_problem",
            _("Strike it off the list"),
            rules.may_settle,
            actions.settle_problem,
            forms.SettleForm,
            "settle/",
            undo="reopen_found_problem",
            audit={"found_problem.settled": _("Found problem struck off the list")},
        ),
        Act(
            "reopen_found_problem",
            _("Put it back on the list"),
            rules.may_reopen,
            actions.reopen_problem,
            ReasonForm,
            "reopen/",
            audit={"found_problem.reopened": _("Found problem put back on the list")},
        ),
    ),
)
