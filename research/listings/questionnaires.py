"""Questionnaires, each with its organ, its length and its state."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.rules import may_see_people
from research.filters.questionnaires import QUESTIONNAIRES_AT
from research.rules.questionnaires import may_begin_questionnaire


def _length(questionnaire, asked):
    if questionnaire.newest_number is None:
        return gettext("no questions yet")
    return gettext("%(n)s questions, about %(minutes)s minutes") % {
        "n": questionnaire.newest_questions,
        "minutes": questionnaire.newest_minutes,
    }


QUESTIONNAIRE_LIST = Listing(
    "research:questionnaires",
    "questionnaires/",
    _("Questionnaires"),
    QUESTIONNAIRES_AT,
    Sort(_("newest first"), "created_at"),
    area=Area.GOING_DOWN,
    may_see=may_see_people,
    columns=(
        Col(pgettext_lazy("questionnaires", "Questionnaire"), "title", "number", link=True),
        Col(_("Carried out by"), "organ.label"),
        Col(_("Length"), _length),
        Col(_("Valid until"), "valid_until", number=True),
        state("state"),
    ),
    begin=Button(_("Make a questionnaire"), "research:new_questionnaire", may_begin_questionnaire),
    buttons=(
        Button(_("Template workbook"), "research:questionnaire_template", may_begin_questionnaire),
    ),
    empty=(
        Empty(
            _("No questionnaires here"),
            _("Start from the template workbook, or bring a form made for ODK or Kobo."),
            begins=True,
        ),
        Empty(_("No questionnaires here"), _("Liaisons and the programme office make them.")),
    ),
)
