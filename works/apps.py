"""Works as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _
from django.utils.translation import pgettext_lazy


class WorksConfig(AppConfig):
    name = "works"

    def ready(self):
        # Importing these modules registers them.
        from outreach.actions.referrals import ALSO_ERASED
        from outreach.models.matters import Source
        from outreach.views.matters import MATTER_PARTS
        from portal.pages import finding
        from portal.pages.finding import Finder
        from portal.pages.side_list import Area, Entry, add_lists
        from portal.roles import Permission as P
        from works import (  # noqa: F401
            acts,
            duties,
            events,
            first_figures,
            ledgers,
            statistics,
            succession,
        )
        from works.actions.proposals import erase
        from works.rules.places import has_works

        def entry(label, page, *held):
            return Entry(label, f"works:{page}", held, only_if=has_works)

        add_lists(
            Area.GOING_DOWN,
            _("Workers and their congress"),
            entry(_("Proposals of the workers' congress"), "proposals", P.READ_MATTERS),
            entry(_("Heart-to-heart talks"), "talks", P.RECORD_VISITS, P.RECORD_FOR_OTHERS),
            entry(_("Talks by class and quarter"), "talk_numbers", P.READ_VISITS),
            entry(_("Openness of the enterprise"), "disclosures", P.SEE_PEOPLE),
        )
        MATTER_PARTS.append(
            (
                pgettext_lazy("proposals", "The proposal behind it"),
                "works:proposal_of_matter",
                P.READ_MATTERS,
                lambda matter: matter.source == Source.PROPOSAL,
            )
        )
        ALSO_ERASED.append(erase)
        finding.add(
            Finder(
                "works:proposals",
                lambda p: f"{p.number_label} {p.title}",
                lambda p: p.organ.label,
                ("organ",),
            )
        )
