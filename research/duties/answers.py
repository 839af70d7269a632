"""Duties: questionnaires to strip, paper answers to type again, results and microdata requests to
decide."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from portal import parameters
from portal.duties.duty import Duty, OrganReach, Own, Told, item, oldest, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P
from research.models import MicrodataRequest, Questionnaire, SecondEntry
from research.models.questionnaires import TAKES_ANSWERS, QuestionnaireState


def _to_strip(on):
    """Questionnaires whose last day for late answers is over."""
    late = timedelta(days=int(parameters.number("research.late_days", on=on)))
    return Questionnaire.objects.filter(state__in=TAKES_ANSWERS, closes_on__lt=on - late)


def _to_decide(_on):
    return Questionnaire.objects.filter(state=QuestionnaireState.STRIPPED)


def _with_organ(rows):
    return rows.select_related("organ")


def _seconds(_on):
    waiting = SecondEntry.objects.filter(is_settled=False).values("answer__questionnaire")
    return Questionnaire.objects.filter(state__in=TAKES_ANSWERS, pk__in=waiting)


register(
    Area.GOING_DOWN,
    Noun("questionnaire", names_of(Questionnaire, "title"), "research:answers"),
    Duty(
        code="research_strip",
        title=_("Questionnaires whose days are over"),
        act=_("Remove marks of persons"),
        records=_to_strip,
        whose=OrganReach(P.LEAD_RESEARCH),
        load=_with_organ,
        item=item("title", "organ.label", page="research:answers"),
        sort=oldest("closes_on"),
        told=Told(_("Marks of persons are to be removed from answers"), "questionnaire"),
    ),
    Duty(
        code="research_seconds",
        title=_("Paper answers to be typed a second time or compared"),
        act=_("Look"),
        records=_seconds,
        whose=OrganReach(P.LEAD_RESEARCH),
        load=_with_organ,
        item=item("title", "organ.label", page="research:answers"),
        sort=oldest("closes_on"),
    ),
    Duty(
        code="research_results",
        title=_("Results of questionnaires to be decided upon"),
        act=_("Decide"),
        records=_to_decide,
        whose=OrganReach(P.DECIDE_RESEARCH),
        load=_with_organ,
        item=item("title", "organ.label", page="research:answers"),
        sort=oldest("stripped_at"),
        told=Told(_("Results of a questionnaire are to be decided upon"), "questionnaire"),
    ),
    use="research",
)
register(
    Area.GOING_DOWN,
    Noun("microdatarequest", names_of(MicrodataRequest, "purpose"), "research:microdata"),
    Duty(
        code="research_microdata",
        title=_("Rows of a questionnaire that somebody asks for"),
        act=_("Decide"),
        records=MicrodataRequest.objects.to_decide,
        whose=OrganReach(P.DECIDE_RESEARCH, to="questionnaire__organ") - Own("asked_by"),
        load=lambda rows: rows.select_related("questionnaire", "asked_by"),
        item=item("questionnaire.title", "asked_by.name", page="research:microdata"),
        sort=oldest("asked_at"),
        told=Told(_("Somebody asks for rows of a questionnaire"), "microdatarequest"),
    ),
    use="research",
)
