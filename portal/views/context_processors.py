"""Context of the frame of every page: side list, roles, reminders."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from portal import uses
from portal.duties.reminders import unread_count
from portal.pages.middleware import password_change_due
from portal.pages.second_factor import second_factor_due
from portal.pages.side_list import phone_tabs, side_list
from portal.roles import Permission, Role


def frame(request):
    in_nation = settings.MODE == "nation"
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"in_nation": in_nation}
    if password_change_due(request):
        return {"in_nation": in_nation, "password_expired": not user.must_change_password}
    return {
        "search_text": "",
        # A nation keeps no records (docs/adr/0079).
        "in_nation": in_nation,
        # Codes of what this office uses; parts of pages ask `{% if "stays" in used %}`.
        "used": SimpleLazyObject(lambda: set(uses.USES) - uses.off()),
        "second_factor_due": SimpleLazyObject(lambda: second_factor_due(request)),
        # The search finds only business data, which this permission opens.
        "may_search": SimpleLazyObject(lambda: not in_nation and user.holds(Permission.SEE_PEOPLE)),
        "bell": SimpleLazyObject(lambda: _bell(request, user)),
        "side_list": SimpleLazyObject(lambda: side_list(request, user)),
        "phone_tabs": SimpleLazyObject(lambda: phone_tabs(request, user)),
        "my_roles": SimpleLazyObject(lambda: [one.label for one in Role if one in user.roles]),
    }


def _bell(request, user):
    return "" if getattr(request, "skip_counts", False) else str(unread_count(user) or "")
