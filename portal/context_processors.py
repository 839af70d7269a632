"""What the frame of every page shows: the side list, who I am and as what."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from portal.access import Permission, Role
from portal.middleware import second_factor_due
from portal.reminders import unread_count

P = Permission


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str
    permissions: tuple = ()
    # A function user → number, registered by the app that owns the page.
    count: object = None
    # The letter that leads here after a g.
    key: str = ""


# Filled by the apps (outreach.apps and above): group title → entries. portal imports none of them.
_GROUPS: dict[str, list[Entry]] = {}


def add_to_side_list(group, *entries):
    _GROUPS.setdefault(group, []).extend(entries)


def frame(request):
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.must_change_password:
        return {}
    return {
        "search_text": "",
        "second_factor_due": SimpleLazyObject(lambda: second_factor_due(user)),
        # Everything that is searched belongs to the business, to which this permission is the door.
        "may_search": SimpleLazyObject(lambda: user.holds(P.SEE_PEOPLE)),
        "bell": SimpleLazyObject(lambda: str(unread_count(user) or "")),
        "side_list": SimpleLazyObject(lambda: _side_list(request, user)),
        "my_roles": SimpleLazyObject(
            lambda: [Role(code).label for code in Role.values if code in user.roles]
        ),
    }


def _side_list(request, user):
    held = {p for p in Permission if user.holds(p)}
    # What waits is not counted for a page that only says no.
    counts = not getattr(request, "counts_nothing", False)
    shown = []
    for group, entries in _GROUPS.items():
        lines = [
            {
                "label": _(entry.label),
                "url": (url := reverse(entry.url_name)),
                "count": entry.count(user) if counts and entry.count else None,
                "key": entry.key,
                "current": request.path == url,
            }
            for entry in entries
            if not entry.permissions or not held.isdisjoint(entry.permissions)
        ]
        if lines:
            shown.append({"title": _(group), "lines": lines})
    return shown
