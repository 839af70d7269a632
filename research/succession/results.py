"""Unfinished problems and suggestions pass to the successor of their organ."""

from django.utils.translation import gettext_lazy as _

from portal.models import Organ
from portal.places import succession
from portal.places.succession import Passed
from research.models import Advice, FoundProblem
from research.models.reports import AdviceState

TITLES = {
    "found_problems": _("Problems found by research, not struck off"),
    "research_advice": _("Suggestions of research that are answered or carried out"),
}
_OVER = (AdviceState.RAISED, AdviceState.REFUSED, AdviceState.LOOKED_BACK)


def _problems():
    return FoundProblem.objects.filter(settled_on=None, matter=None)


def _advice():
    return Advice.objects.exclude(state__in=_OVER)


def pass_on_organ(old, heir, reorganisation):
    problems = _problems().filter(responsible_organ=old).update(responsible_organ=heir)
    _problems().filter(lead_organ=old).update(lead_organ=heir)
    advice = _advice().filter(addressed_to=old).update(addressed_to=heir)
    return [Passed("found_problems", problems), Passed("research_advice", advice)]


def blockers_of(row, *, on):
    """What an organ still holds, which blocks ending it without a successor."""
    if not isinstance(row, Organ):
        return []
    problems = _problems().filter(responsible_organ=row)
    advice = _advice().filter(addressed_to=row)
    return [Passed("found_problems", problems.count()), Passed("research_advice", advice.count())]


def pass_on_cadre(cadre, heir, reorganisation):
    """When a cadre leaves the organ, problems pass to the successor or stay with the organ
    alone."""
    rows = _problems().filter(person=cadre)
    return [Passed("found_problems", rows.update(person=heir))]


succession.name_titles(TITLES)
succession.ORGAN_ENDED.append(pass_on_organ)
succession.CADRE_TRANSFERRED.append(pass_on_cadre)
succession.BLOCKERS.append(blockers_of)
