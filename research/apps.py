"""Research as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _


class ResearchConfig(AppConfig):
    name = "research"

    def ready(self):
        # These modules register themselves on import.
        from outreach.overview import dashboard
        from outreach.ticked import TICKED
        from outreach.views.matters import MATTER_PARTS
        from outreach.views.meetings import CATEGORY_STARTS
        from outreach.views.stay_reports import REPORT_STARTS
        from portal.pages import finding
        from portal.pages.finding import Finder
        from portal.pages.side_list import Area, Entry, add_lists
        from portal.roles import Permission as P
        from research import (  # noqa: F401
            acts,
            duties,
            events,
            handing_over,
            ledgers,
            statistics,
            succession,
        )
        from research.actions import results, strip  # noqa: F401 (work of jobs)
        from research.fieldwork import BATCHES

        def entry(label, page, *held):
            return Entry(label, f"research:{page}", held)

        add_lists(
            Area.GOING_DOWN,
            _("Research and fieldwork"),
            entry(_("Research topics"), "topics", P.SEE_PEOPLE),
            entry(_("Research batches"), "batches", P.SEE_PEOPLE),
            entry(_("Questionnaires"), "questionnaires", P.SEE_PEOPLE),
            entry(_("Samples"), "samples", P.READ_RESEARCH, P.DECIDE_RESEARCH),
            entry(_("My fieldwork"), "fieldwork", P.RECORD_VISITS),
            entry(_("Home notes"), "home_notes", P.SEE_PEOPLE),
        )
        results_for = P.READ_RESEARCH, P.HANDLE_MATTERS
        add_lists(
            Area.GOING_DOWN,
            _("Results of research"),
            entry(_("Reports of research"), "reports", P.READ_RESEARCH, P.DECIDE_RESEARCH),
            entry(_("Problems found by research"), "found_problems", *results_for),
            entry(_("Suggestions of research"), "suggestions", *results_for),
            entry(_("Library of results"), "library", P.SEE_PEOPLE),
            entry(_("Research register"), "register", P.READ_RESEARCH),
        )
        dashboard.PARTS.append(
            dashboard.Part(gettext_lazy("Research"), "research:research_dashboard", P.READ_RESEARCH)
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

        finding.add(
            Finder(
                "research:topics", lambda t: t.title, lambda t: t.lead_organ.label, ("lead_organ",)
            )
        )
