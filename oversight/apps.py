"""Oversight as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.utils.translation import gettext_noop as _


class OversightConfig(AppConfig):
    name = "oversight"

    def ready(self):
        # These modules register themselves on import.
        from outreach.models import meetings
        from outreach.overview import dashboard
        from outreach.views.matters import MATTER_PARTS
        from oversight import (  # noqa: F401
            acts,
            duties,
            events,
            handing_over,
            ledgers,
            statistics,
            succession,
        )
        from portal.pages import finding
        from portal.pages.finding import Finder
        from portal.pages.side_list import Area, Entry, add_lists
        from portal.roles import Permission as P

        meetings.FOLLOWED.append(_is_supervised)

        def entry(label, page, *held):
            return Entry(label, f"oversight:{page}", held)

        add_lists(
            Area.EVALUATION,
            _("Inspection and re-visits"),
            entry(_("Inspections"), "inspections", P.SEE_PEOPLE),
            entry(_("Findings of inspections"), "findings", P.SEE_PEOPLE),
            entry(_("How many to draw"), "sample_planner", P.LEAD_INSPECTIONS),
        )
        add_lists(
            Area.EVALUATION,
            _("Plans, supervision, practices"),
            entry(_("Plans"), "plans", P.SEE_PEOPLE),
            entry(_("Tasks of plans"), "plan_items", P.SEE_PEOPLE),
            entry(_("Register of supervision"), "supervision", P.SEE_PEOPLE),
            entry(_("Practices"), "practices", P.SEE_PEOPLE),
            entry(_("Official papers"), "papers", P.SEE_PEOPLE),
        )
        add_lists(
            Area.EVALUATION,
            _("Burden on villages"),
            entry(_("Burden on villages"), "burden_panel", P.READ_MATTERS, P.ADMIT_REQUESTS),
            entry(_("Requests for data"), "data_requests", P.SEE_PEOPLE, P.ADMIT_REQUESTS),
            entry(
                _("Complaints and suggestions"),
                "complaints",
                P.SEE_PEOPLE,
                P.RECEIVE_COMPLAINTS,
            ),
        )
        kept_by = P.APPRAISE_RECORDS, P.APPROVE_DESTRUCTION
        add_lists(
            Area.ADMINISTRATION,
            _("Retention"),
            entry(_("Lists of destruction"), "destruction_lists", *kept_by),
            entry(_("What was anonymised"), "retention_runs", *kept_by),
            entry(_("Requests about personal data"), "privacy_requests", *kept_by),
            entry(_("Archive packages"), "archive_packages", P.APPRAISE_RECORDS),
        )
        dashboard.PARTS.append(
            dashboard.Part(
                gettext_lazy("The truth of closures"),
                "oversight:closures_dashboard",
                P.READ_INSPECTIONS,
            )
        )
        dashboard.PARTS.append(
            dashboard.Part(
                gettext_lazy("Plans and supervision"), "oversight:plans_dashboard", P.READ_PLANS
            )
        )
        MATTER_PARTS.append(
            (
                pgettext_lazy("supervision", "Supervision"),
                "oversight:supervision_of_matter",
                P.KEEP_SUPERVISION,
            )
        )
        finding.add(
            Finder("oversight:inspections", lambda one: one.title, lambda one: one.organ.label),
            Finder("oversight:practices", lambda one: one.name, lambda one: one.organ.label),
            Finder("oversight:plans", lambda one: one.title, lambda one: one.years_label),
            Finder(
                "oversight:supervision",
                lambda one: f"{one.number_label} {one.title}",
                lambda one: one.lead_organ.label,
            ),
        )


def _is_supervised(decision):
    from oversight.models import EntryGround
    from portal.trust import wall

    with wall.as_system("whether a decision is supervised"):
        return EntryGround.objects.filter(decision=decision).exists()
