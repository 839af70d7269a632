"""Prominent problems that wait for a word of their lead official, or for a lead official."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from pairing.models import ProminentProblem
from portal.access import reach
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort


def _problem(act):
    def item(problem):
        return Item(
            what=problem.title,
            where=f"{problem.place_label} · {problem.organ.label}",
            url=problem.get_absolute_url(),
            act_url=reverse(f"pairing:{act}", args=[problem.pk]),
            due=problem.next_review_on,
        )

    return item


def _without_official(user):
    rows = ProminentProblem.objects.without_official(user.today)
    return rows.filter(reach(user, P.LIFT_PROBLEMS))


def _load(rows):
    return rows.select_related("unit", "township", "organ")


BY_REVIEW = Sort(gettext_lazy("by deadline"), "next_review_on", descending=False)

register(
    Area.PAIRING,
    Kind(
        code="problem_progress",
        title=gettext_lazy("Prominent problems that I lead: progress to note"),
        act=gettext_lazy("Note progress"),
        rows=lambda user: ProminentProblem.objects.of(user).to_note(user.today),
        load=_load,
        item=_problem("note_problem"),
        sort=BY_REVIEW,
        permissions=(P.SEE_PEOPLE,),
    ),
    Kind(
        code="problem_official",
        title=gettext_lazy("Prominent problems without a lead official"),
        act=gettext_lazy("Name one"),
        rows=_without_official,
        load=_load,
        item=_problem("change_problem_official"),
        sort=BY_REVIEW,
        permissions=(P.LIFT_PROBLEMS,),
    ),
)
