"""Neighbours as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _


class NeighboursConfig(AppConfig):
    name = "neighbours"

    def ready(self):
        # Importing these modules registers them.
        from neighbours import acts, duties, events, first_figures, imports, ledgers, succession  # noqa: F401
        from neighbours.actions.hotline import erase_with
        from neighbours.hints import tickets_at
        from neighbours.rules.reports import has_communities
        from outreach import guidance
        from outreach.actions import referrals
        from outreach.views.matters import MATTER_PARTS
        from portal.kinds import KINDS
        from portal.pages import finding
        from portal.pages.finding import Finder
        from portal.pages.side_list import Area, Entry, add_lists
        from portal.roles import Permission as P
        from portal.views.places import ORGAN_PARTS, UNIT_PARTS

        add_lists(
            Area.GOING_DOWN,
            _("Beside the portal"),
            Entry(_("Hotline tickets"), "neighbours:tickets", (P.READ_MATTERS,)),
            Entry(_("Categories of the hotline"), "neighbours:category_codes", (P.SEE_PEOPLE,)),
            Entry(_("Summons"), "neighbours:summons", (P.SEE_PEOPLE,)),
        )
        tickets, summons = gettext_lazy("Hotline tickets"), gettext_lazy("Summons")
        UNIT_PARTS.append((tickets, "neighbours:tickets_of_unit", P.SEE_PEOPLE))
        MATTER_PARTS.append((tickets, "neighbours:tickets_of_matter", P.READ_MATTERS))
        MATTER_PARTS.append((summons, "neighbours:summons_of_matter", P.HOST_MATTERS))
        guidance.MORE_HINTS.append(tickets_at)
        referrals.ALSO_ERASED.append(erase_with)
        add_lists(
            Area.STAYS,
            _("Campaigns and festivals"),
            Entry(
                _("Branches that reported"),
                "neighbours:branch_reports",
                (P.SEE_PEOPLE,),
                only_if=has_communities,
            ),
        )
        reported, reports = (
            gettext_lazy("Branches that reported"),
            gettext_lazy("Reports to communities"),
        )
        UNIT_PARTS.append(
            (
                reported,
                "neighbours:reports_of_unit",
                P.PUBLISH_NEEDS,
                lambda user, unit: KINDS[unit.kind].has_residents,
            )
        )
        ORGAN_PARTS.append((reports, "neighbours:reports_of_organ", P.OFFER_HELP))
        finding.add(
            Finder(
                "neighbours:summons",
                lambda one: f"{one.number_label} {one.title}",
                lambda one: one.organ.label,
                ("organ",),
            ),
            Finder(
                "neighbours:branch_reports",
                lambda one: one.title,
                lambda one: one.organ.label,
                ("organ",),
            ),
            Finder(
                "neighbours:tickets",
                lambda one: f"{one.number} {one.subject}".strip(),
                lambda one: one.unit.name if one.unit else one.host_organ.label,
                ("unit", "host_organ"),
            ),
        )
