"""May this person write, confirm or end the report of a branch, or its line of a quarter?"""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from neighbours.models.reports import (
    GOING_ON,
    WRITTEN,
    ReportState,
    first_day,
    is_open,
    last_day,
)
from outreach.rules.matters import may_register_matter
from outreach.rules.places import is_near
from portal.kinds import KINDS
from portal.models import GrassrootsUnit
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, in_state, only, unless

S = ReportState
WITH_RESIDENTS = tuple(kind for kind, row in KINDS.items() if row.has_residents)


def may_see_reports(user):
    return only(user.holds(P.SEE_PEOPLE), _("Reports of branches are open to the business."))


def has_communities(user):
    """Whether there may be a community to report to: not every group has one."""
    organ = user.organ
    if organ is None or organ.division_id is not None:
        return True
    units = GrassrootsUnit.objects.current(user.today).filter(kind__in=WITH_RESIDENTS)
    return units.filter(host_organ__path__startswith=f"/{organ.ancestor_ids[0]}/").exists()


def may_draft(user):
    said = _("The liaison of an organ writes the report of its Party organisation.")
    return only(user.holds(P.OFFER_HELP), said)


def may_report_to(user, party, unit):
    """Requires a Party organisation of an organ, and a community or village near it."""
    if party.organ is None:
        said = _("%(party)s belongs to a place; Party organisations of organs report.")
        return Decision(said % {"party": party.name})
    if party.ended_on and party.ended_on <= user.today:
        return Decision(_("%(name)s has ended.") % {"name": party.name})
    if not holds_for_organ(user, P.OFFER_HELP, party.organ):
        said = _("%(organ)s lies outside of the area of your role.")
        return Decision(said % {"organ": party.organ.label})
    if unit.ended_on and unit.ended_on <= user.today:
        return Decision(_("%(name)s has ended.") % {"name": unit.name})
    if not KINDS[unit.kind].has_residents:
        return Decision(_("Branches report to communities and villages."))
    said = _("%(unit)s lies outside of the county of the organ.") % {"unit": unit.name}
    return only(is_near(party.organ, unit), said, Decision)


def _writes(user, report):
    said = _("The liaison of %(organ)s does this.") % {"organ": report.organ.label}
    return only(holds_for_organ(user, P.OFFER_HELP, report.organ), said)


def _hosts(user, report):
    return only(user.holds(P.PUBLISH_NEEDS, on=report), _("The host of the community does this."))


def may_change_report(user, report):
    return _writes(user, report) and in_state(report, *WRITTEN)


may_hand_in = may_change_report


def may_drop_report(user, report):
    return may_change_report(user, report) and unless(
        report.steps.exists(),
        pgettext("reports", "It was handed in before; its history stays."),
        NotNow,
    )


def may_confirm_report(user, report):
    return _hosts(user, report) and in_state(report, S.HANDED_IN)


may_return_report = may_confirm_report


def may_end_report(user, report):
    """By the organ or the host, without a reason: it is voluntary."""
    if not (decision := _writes(user, report)):
        decision = _hosts(user, report)
    return decision and in_state(report, *(one for one in GOING_ON if one not in WRITTEN))


# --- The line of a quarter ------------------------------------------------------------------------


def may_write_line(user, report):
    return _hosts(user, report) and in_state(report, S.CONFIRMED)


def may_write_quarter(report, year, quarter, *, on):
    """Whether this quarter can have a line: begun, not long over, and after the confirmation."""
    if first_day(year, quarter) > on:
        return Decision(_("This quarter has not begun."))
    if last_day(year, quarter) < report.confirmed_on:
        return Decision(_("The report was confirmed after this quarter."))
    if not is_open(year, quarter, on=on):
        return Decision(_("A quarter is written down until the next one ends."))
    there = report.lines.filter(year=year, quarter=quarter).exists()
    return unless(there, _("This quarter has its line already; correct it."))


def may_correct_line(user, line):
    """The author may correct it until the next quarter ends."""
    return (
        _hosts(user, line.report)
        and only(line.written_by_id in user.identity_ids, _("Only who wrote it corrects it."))
        and only(
            is_open(line.year, line.quarter, on=user.today),
            _("It stands fixed since the next quarter ended."),
            NotNow,
        )
    )


def may_hear_problem(user, line):
    """A problem of residents becomes a matter; the line shows its number."""
    return (
        _hosts(user, line.report)
        and only(user.holds(P.REGISTER_MATTERS), _("Your roles do not register matters."))
        and only(
            is_open(line.year, line.quarter, on=user.today),
            _("It stands fixed since the next quarter ended."),
            NotNow,
        )
        and may_register_matter(user, line.report.unit)
    )


def may_read_lines(user, report):
    """Read by the host, by readers of visits there, and by the organ that reported."""
    if user.holds(P.READ_VISITS, on=report) or _hosts(user, report) or _writes(user, report):
        return ALLOWED
    return only(False, _("The lines are read by the host, the organ and the office."))


def may_read_phone(user, report):
    return may_read_lines(user, report)
