"""Pairing as a Django app. Its entries in the side list follow those of outreach."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _


class PairingConfig(AppConfig):
    name = "pairing"

    def ready(self):
        # Imported for their side effects: these modules register themselves.
        from outreach.models import areas
        from outreach.overview import dashboard
        from outreach.rules import visits
        from outreach.views.matters import MATTER_PARTS
        from pairing import (  # noqa: F401
            acts,
            contacts,
            duties,
            events,
            figures,
            first_figures,
            handing_over,
            imports,
            ledgers,
            proposals,
            slips,
            statistics,
            succession,
        )
        from pairing.listings.weak import reads as weak_cases_open_to
        from pairing.models.households import opened_to
        from pairing.models.leading import enters_visits
        from portal.pages import finding
        from portal.pages.finding import Finder
        from portal.pages.side_list import Area, Entry, add_lists
        from portal.roles import Permission as P

        add_lists(
            Area.PAIRING,
            _("Pairings"),
            Entry(_("Pairings"), "pairing:pairings", (P.READ_PAIRINGS,)),
            Entry(_("My pairings"), "pairing:my_pairings", (P.RECORD_VISITS,)),
            Entry(_("Pairing rounds"), "pairing:matching_rounds", (P.MANAGE_PAIRINGS,)),
            Entry(_("Co-building"), "pairing:partnerships", (P.READ_PAIRINGS,)),
            Entry(
                _("Masters and apprentices"),
                "pairing:mentoring",
                (P.READ_PAIRINGS, P.RECORD_VISITS),
            ),
        )
        add_lists(
            Area.PAIRING,
            _("Needs and help"),
            Entry(_("Needs for help"), "pairing:help_needs", (P.READ_PAIRINGS, P.RECORD_SUPPORT)),
            Entry(_("Offers of help"), "pairing:help_resources", (P.OFFER_HELP,)),
            Entry(_("Items of help"), "pairing:support_items", (P.READ_PAIRINGS, P.RECORD_SUPPORT)),
            Entry(_("Promised and delivered"), "pairing:support_delivery", (P.READ_PAIRINGS,)),
        )
        add_lists(
            Area.PAIRING,
            _("Leaders and weak organisations"),
            Entry(
                _("Contact points of leaders"),
                "pairing:contact_points",
                (P.READ_CONTACT_POINTS, P.RECORD_VISITS),
            ),
            Entry(
                _("Prominent problems"),
                "pairing:problems",
                (P.READ_CONTACT_POINTS, P.RECORD_VISITS, P.HANDLE_MATTERS),
            ),
            Entry(
                _("Weak organisations"),
                "pairing:weak_cases",
                (P.READ_WEAK_CASES, P.RECORD_VISITS),
                only_if=weak_cases_open_to,
            ),
        )
        MATTER_PARTS.append(
            (gettext_lazy("Prominent problem"), "pairing:problems_of_matter", P.READ_CONTACT_POINTS)
        )
        for title, page in (
            (gettext_lazy("Who helps whom"), "pairing_dashboard"),
            (gettext_lazy("What is needed and what is given"), "help_dashboard"),
            (gettext_lazy("Pairings without contact"), "contact_dashboard"),
        ):
            dashboard.PARTS.append(dashboard.Part(title, f"pairing:{page}", P.READ_PAIRINGS))

        # The search finds pairings by unit, organ or cadre, never by household.
        finding.add(
            Finder(
                "pairing:pairings",
                lambda one: f"{one.helper_label} · {one.helped_label}",
                lambda one: one.place_label,
            )
        )
        # A cadre may name a household in a visit while their pairing runs.
        areas.OPENED_BY_RELATION.append(opened_to)
        visits.ENTERED_BY_RELATION.append(enters_visits)
