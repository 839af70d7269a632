"""Acts on prominent problems. Lifting one starts from a matter and is a view."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from pairing.actions import problems as actions
from pairing.forms import problems as forms
from pairing.models import ProminentProblem
from pairing.rules import problems as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_problem(user):
    return ProminentProblem.objects.visible_to(user).select_related(
        "official__organ", "organ", "unit", "township", "lifted_by"
    )


crumbs = crumbs_under(_("Prominent problems"), "pairing:problems", attrgetter("title"))


def _next_word(problem):
    return _("The next progress note is due %(n)s days from today.") % {"n": problem.review_days}


PROBLEMS = Acts(
    "pairing",
    "problem",
    "problems/<int:pk>/",
    visible_problem,
    crumbs,
    acts=(
        Act(
            "note_problem",
            _("Note progress"),
            rules.may_note_progress,
            actions.note_progress,
            forms.ProgressForm,
            "note/",
            intro=_next_word,
            primary=True,
            audit={"problem.noted": _("Progress of a prominent problem noted")},
        ),
        Act(
            "add_problem_matters",
            _("Add matters"),
            rules.may_add_matters,
            actions.add_matters,
            forms.AddMattersForm,
            "matters/",
            about=True,
            intro=_("The official leads them as well from now on."),
            audit={"problem.matters_added": _("Matters added to a prominent problem")},
        ),
        Act(
            "change_problem_official",
            _("Change the lead official"),
            rules.may_change_official,
            actions.change_official,
            forms.ChangeOfficialForm,
            "official/",
            intro=_("The open matters go to the new lead official as well."),
            audit={"problem.official_changed": _("Lead official of a problem changed")},
        ),
        Act(
            "solve_problem",
            _("Note as solved"),
            rules.may_solve,
            actions.solve_problem,
            forms.SolveForm,
            "solve/",
            intro=_("The people's word on each matter stays as it was said."),
            audit={"problem.solved": _("Prominent problem noted as solved")},
        ),
        Act(
            "hand_back_problem",
            _("Hand it back"),
            rules.may_hand_back,
            actions.hand_back,
            ReasonForm,
            "hand-back/",
            intro=_("Its matters go on as before it was lifted, with who led them then."),
            audit={"problem.handed_back": _("Prominent problem handed back")},
        ),
    ),
)
