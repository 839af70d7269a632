"""Rules of calendars of deadlines."""

from django.utils.translation import gettext_lazy as _

from api.rules.tokens import in_use
from portal.trust.access import NotNow, only, unless


def may_have(user):
    """Only for people with a role in the work; an administrator has no deadlines."""
    return only(user.identity_ids, _("A calendar shows deadlines of the work.")) and in_use()


def may_make(user):
    return may_have(user) and unless(
        user.calendar_feeds.in_use().exists(),
        _("You have an address already; take it back first."),
        NotNow,
    )
