"""The portal as a Django app, and its lines in the side list."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_noop as _


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self):
        # Imported because these modules register their contents; `celery` makes every process queue
        # to our broker.
        from portal import celery, imports, uses  # noqa: F401
        from portal import editions as reports  # noqa: F401
        from portal.acts import accounts as account_acts  # noqa: F401
        from portal.acts import exports, people, places  # noqa: F401
        from portal.duties import exports as export_duties  # noqa: F401
        from portal.duties import todo  # noqa: F401
        from portal.imports import actions as acts  # noqa: F401
        from portal.imports import kinds  # noqa: F401
        from portal.listings import access  # noqa: F401
        from portal.models import text
        from portal.models.people import REVIEWERS
        from portal.pages import finding, second_factor
        from portal.pages.finding import Finder
        from portal.pages.side_list import Area, Entry, add_lists, count_with
        from portal.places.spared import names_like_people
        from portal.roles import Permission as P
        from portal.run import deployment  # noqa: F401
        from portal.sign_in import accounts  # noqa: F401

        second_factor.check_roles(settings.SECOND_FACTOR_ROLES)
        text.spare(names_like_people)
        # Anyone who reads both ledgers of an area or organ holds it.
        counting = (P.READ_VISITS,)
        add_lists(
            Area.ADMINISTRATION,
            _("Places and people"),
            Entry(_("Grassroots units"), "units", (P.SEE_PEOPLE,)),
            Entry(_("Organs"), "organs", (P.SEE_PEOPLE,)),
            Entry(_("Party organisations"), "party_organizations", (P.SEE_PEOPLE,)),
            Entry(_("Cadres"), "cadres", (P.SEE_PEOPLE,)),
            Entry(_("Divisions"), "divisions", (P.SEE_PEOPLE,)),
            Entry(_("Reorganisations"), "reorganisations", (P.SEE_PEOPLE,)),
            Entry(_("Stand-ins"), "stand_ins", (P.RECORD_VISITS, P.NAME_STAND_INS)),
            Entry(_("Norms"), "parameters", (P.SEE_PEOPLE,)),
            Entry(_("Working days"), "workdays", (P.SEE_PEOPLE,)),
            Entry(_("What is used"), "uses", (P.SET_PARAMETERS,)),
        )
        add_lists(
            Area.ADMINISTRATION,
            _("Sheets and files"),
            Entry(_("Reported editions"), "editions", counting),
            Entry(_("Headings of sheets"), "headings", counting),
            Entry(_("Monthly sheets"), "scheduled_exports", (P.EXPORT,)),
            Entry(_("Exports"), "jobs"),
            Entry(_("Imports"), "imports", imports.IMPORTERS),
        )
        add_lists(
            Area.ADMINISTRATION,
            _("Accounts and audit"),
            Entry(_("Accounts"), "accounts", (P.MANAGE_ACCOUNTS, P.GIVE_GRANTS)),
            Entry(_("Review of access"), "access_review", (*REVIEWERS, P.MANAGE_PEOPLE)),
            Entry(_("Password slips"), "password_slips", (P.RESET_PASSWORDS,)),
            Entry(_("Lock-outs"), "lockouts", (P.GIVE_GRANTS,)),
            Entry(
                _("Opened on the server"),
                "openings",
                (P.MANAGE_ACCOUNTS, P.GIVE_GRANTS, P.READ_AUDIT),
            ),
            Entry(_("Messages sent"), "sendings", (P.MANAGE_ACCOUNTS, P.MANAGE_PEOPLE)),
            Entry(_("Audit"), "audit", (P.READ_AUDIT,)),
            Entry(_("How the portal is doing"), "condition", (P.SET_PARAMETERS, P.MANAGE_ACCOUNTS)),
        )
        count_with(todo.numbers)
        finding.add_first(
            Finder(
                "units",
                lambda unit: unit.name,
                lambda unit: unit.host_organ.label,
                ("host_organ",),
                query={},
                by_any=True,
            ),
            Finder(
                "organs",
                lambda organ: organ.name,
                lambda organ: organ.parent.label if organ.parent else "",
                ("parent",),
                query={},
                by_any=True,
            ),
            Finder(
                "cadres",
                lambda cadre: cadre.name,
                lambda cadre: f"{cadre.organ.label} {cadre.post}",
                ("organ",),
                query={},
                by_any=True,
            ),
        )
