"""Duties: prominent problems that need a progress note or a lead official."""

from django.utils.translation import gettext_lazy as _

from pairing.models import ProminentProblem
from portal.duties.duty import Duty, Own, Reach, Told, by_deadline, item, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P


def _where(problem):
    return f"{problem.place_label} · {problem.organ.label}"


def _problem(act):
    return item("title", _where, act, due="next_review_on")


def _load(rows):
    return rows.select_related("unit", "township", "host_organ", "organ")


register(
    Area.PAIRING,
    Noun("problem", names_of(ProminentProblem, "title"), "pairing:problem"),
    Duty(
        code="problem_progress",
        title=_("Prominent problems that I lead: progress to note"),
        act=_("Note progress"),
        records=ProminentProblem.objects.to_note,
        whose=Own("official__user", P.SEE_PEOPLE),
        load=_load,
        item=_problem("pairing:note_problem"),
        sort=by_deadline("next_review_on"),
        told=Told(
            _("Progress of a prominent problem is to be noted"), "problem", due="next_review_on"
        ),
    ),
    Duty(
        code="problem_official",
        title=_("Prominent problems without a lead official"),
        act=_("Name one"),
        records=ProminentProblem.objects.without_official,
        whose=Reach(P.LIFT_PROBLEMS),
        load=_load,
        item=_problem("pairing:change_problem_official"),
        sort=by_deadline("next_review_on"),
        told=Told(_("A prominent problem has no lead official"), "problem", due="next_review_on"),
    ),
    use="contact_points",
)
