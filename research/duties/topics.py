"""Duties: topics to decide."""

from django.utils.translation import gettext_lazy as _

from portal.duties.duty import Duty, OrganReach, Told, item, register, soonest
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P
from research.models import ResearchTopic


def _to_decide(on):
    return ResearchTopic.objects.to_decide()


register(
    Area.GOING_DOWN,
    Noun("research_topic", names_of(ResearchTopic, "title"), "research:topic"),
    Duty(
        code="topic_to_decide",
        title=_("Research topics to decide"),
        act=_("Decide"),
        records=_to_decide,
        whose=OrganReach(P.DECIDE_RESEARCH, to="lead_organ"),
        load=lambda rows: rows.for_list(),
        item=item("title", "lead_organ.label", "research:approve_topic", due="starts_on"),
        sort=soonest("starts_on"),
        is_approval=True,
        told=Told(_("A research topic is to be decided"), "research_topic", due="starts_on"),
    ),
    use="research",
)
