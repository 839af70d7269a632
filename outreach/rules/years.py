"""Rules of closing a year."""

from datetime import date

from django.utils.translation import gettext as _

from portal.models import ReportedEdition
from portal.roles import Permission as P
from portal.rules import may_count
from portal.sheets.statistics import Subject
from portal.trust.access import ALLOWED, Decision, NotNow


def may_close_years(user):
    if user.holds(P.SET_PARAMETERS):
        return ALLOWED
    return Decision(_("The programme office closes the year of its area."))


def may_undo_closing(user, closing):
    """Anybody who may close the year may undo its closing, until statistics of that year were
    reported."""
    subject = Subject.of_record(closing)
    if not (decision := may_close_year(user, subject)):
        return decision
    if closing.undone_at:
        return NotNow(_("This closing was taken back."))
    reported = ReportedEdition.objects.filter(asked_at__gt=closing.closed_at)
    of = {name: getattr(closing, name) for name in ("division", "organ", "is_hosted")}
    if reported.filter(last__gte=date(closing.year, 12, 31), **of).exists():
        return Decision(_("The statistics of that year were reported since; the closing stays."))
    return ALLOWED


def may_close_year(user, subject):
    decision = may_close_years(user)
    return may_count(user, subject) if decision else decision
