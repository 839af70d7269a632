"""Duties: questionnaires to review, and those sent back to their writer."""

from django.utils.translation import gettext_lazy as _

from portal.duties.duty import Duty, OrganReach, Own, Told, item, oldest, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P
from research.models import Questionnaire


def _load(rows):
    return rows.select_related("organ")


register(
    Area.GOING_DOWN,
    Noun("questionnaire", names_of(Questionnaire, "title"), "research:questionnaire"),
    Duty(
        code="questionnaire_review",
        title=_("Questionnaires to be reviewed"),
        act=_("Review"),
        records=Questionnaire.objects.to_review,
        whose=(OrganReach(P.CHECK_RESEARCH) | OrganReach(P.LEAD_RESEARCH)) - Own("written_by"),
        load=_load,
        item=item("title", "organ.label"),
        sort=oldest("created_at"),
        told=Told(_("A questionnaire is to be reviewed"), "questionnaire", until_read=True),
    ),
    Duty(
        code="questionnaire_back",
        title=_("Questionnaires sent back to me"),
        act=_("Change it"),
        records=Questionnaire.objects.sent_back,
        whose=Own("written_by", P.LEAD_RESEARCH),
        load=_load,
        item=item("title", "organ.label"),
        sort=oldest("created_at"),
        told=Told(_("A questionnaire was sent back"), "questionnaire", until_read=True),
    ),
    use="research",
)
