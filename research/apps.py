"""Research as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _


class ResearchConfig(AppConfig):
    name = "research"

    def ready(self):
        # They register themselves.
        from outreach.ticked import TICKED
        from outreach.views.matters import MATTER_PARTS
        from outreach.views.meetings import CATEGORY_STARTS
        from outreach.views.stay_reports import REPORT_STARTS
        from portal.pages.side_list import Area, Entry, add_lists
        from portal.places import succession
        from portal.roles import Permission as P
        from portal.views import frame
        from research import acts, duties, events  # noqa: F401
        from research import succession as passing
        from research.fieldwork import BATCHES

        add_lists(
            Area.GOING_DOWN,
            _("Research and fieldwork"),
            Entry(_("Research topics"), "research:topics", (P.SEE_PEOPLE,)),
            Entry(_("Batches of research"), "research:batches", (P.SEE_PEOPLE,)),
            Entry(_("Home notes"), "research:home_notes", (P.SEE_PEOPLE,)),
        )
        # A visit may be the fieldwork of a batch.
        TICKED.append(BATCHES)
        # A topic may start from what recurs in the ledger, or from a stay.
        start = (gettext_lazy("Start a research topic"), "research:new_topic", P.LEAD_RESEARCH)
        CATEGORY_STARTS.append(start)
        REPORT_STARTS.append(start)
        MATTER_PARTS.append(
            (gettext_lazy("Research behind it"), "research:activities_of_matter", P.READ_RESEARCH)
        )

        frame.SEARCHERS.append(find_research)
        succession.name_titles(passing.TITLES)
        succession.ORGAN_ENDED.append(passing.pass_on_organ)
        succession.HOST_CHANGED.append(passing.pass_on_host)
        succession.UNIT_ENDED.append(passing.pass_on_unit)
        succession.BLOCKERS.append(passing.still_held)


def find_research(user, text):
    """Topics by their words."""
    from research.models import ResearchTopic

    rows = ResearchTopic.objects.visible_to(user).containing(text).for_list()
    return [
        {
            "title": gettext("Research topics"),
            "rows": [
                (one.title, one.lead_organ.label, one.get_absolute_url())
                for one in rows.order_by("-starts_on", "-pk")[:10]
            ],
        }
    ]
