"""Who may make an archive package of a closed year: the office that may close that year."""

from django.utils.translation import gettext as _

from outreach.rules.years import may_close_year
from portal.roles import Permission as P
from portal.sheets.statistics import Subject
from portal.trust.access import Decision, only, unless


def may_make_packages(user):
    return only(user.holds(P.APPRAISE_RECORDS), _("The office makes archive packages."))


def may_make_package(user, closing):
    decision = may_make_packages(user) and may_close_year(user, Subject.of_record(closing))
    return decision and unless(closing.undone_at, _("This closing was taken back."), Decision)


def may_take_package(user, package):
    """Only its maker: the file shows what that person may see. Others make their own."""
    return only(
        package.made_by_id == user.pk,
        _("Only %(name)s, who made this package, can download it.")
        % {"name": package.made_by.name},
    )
