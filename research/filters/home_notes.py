"""The address of the list of home notes."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.filters import Address
from portal.roles import Permission
from research.models import HomeNote


def _tabs(user):
    """Holders of CHECK_RESEARCH also see the notes given to the office."""
    own = {"mine": pgettext_lazy("home notes", "Mine")}
    reads = user.holds(Permission.CHECK_RESEARCH)
    return own | {"given": _("Given to the office")} if reads else own


def _tab_for(rows, tab, user):
    if tab == "given":
        return rows.filter(given_at__isnull=False)
    return rows.filter(author__user=user.pk)


HOME_NOTES_AT = Address(
    None, HomeNote.objects.visible_to, _tabs, tab_for=_tab_for, otherwise="given"
)
