"""Oversight as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _


class OversightConfig(AppConfig):
    name = "oversight"

    def ready(self):
        # They register themselves.
        from outreach.overview import dashboard
        from oversight import acts, duties, events, ledgers, statistics  # noqa: F401
        from oversight import succession as passing
        from portal.pages.side_list import Area, Entry, add_lists
        from portal.places import succession
        from portal.roles import Permission as P
        from portal.views import frame

        add_lists(
            Area.EVALUATION,
            _("Inspection"),
            Entry(_("Inspections"), "oversight:inspections", (P.SEE_PEOPLE,)),
            Entry(_("Findings of inspections"), "oversight:findings", (P.SEE_PEOPLE,)),
            Entry(_("How many to draw"), "oversight:sample_planner", (P.LEAD_INSPECTIONS,)),
        )
        dashboard.PARTS.append(
            dashboard.Part(
                gettext_lazy("The truth of closures"),
                "oversight:closures_dashboard",
                P.READ_INSPECTIONS,
            )
        )
        frame.SEARCHERS.append(find_inspections)
        succession.name_titles(passing.TITLES)
        succession.ORGAN_ENDED.append(passing.pass_on_organ)
        succession.BLOCKERS.append(passing.still_held)


def find_inspections(user, text):
    """Inspections by their words."""
    from oversight.models import Inspection

    rows = Inspection.objects.visible_to(user).containing(text).for_list()
    return [
        {
            "title": gettext("Inspections"),
            "rows": [
                (one.title, one.organ.label, one.get_absolute_url())
                for one in rows.order_by("-starts_on", "-pk")[:10]
            ],
        }
    ]
