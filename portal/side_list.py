"""The side list of every page: groups of entries, some with a number."""

from dataclasses import dataclass

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.access import GRANTS

# Seconds for which a number may miss what others did. It is counted anew after an act of one's
# own (`portal.middleware.OwnActsCount`) and on the page that it leads to.
COUNTS_KEPT = 30


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


def side_list(request, user):
    held = frozenset().union(*(GRANTS[role] for role in user.roles))
    groups = {
        group: [e for e in entries if not e.permissions or not held.isdisjoint(e.permissions)]
        for group, entries in _GROUPS.items()
    }
    counts = {}
    # What waits is not counted for a page that only says no.
    if not getattr(request, "counts_nothing", False):
        counted = [e for entries in groups.values() for e in entries if e.count]
        if any(request.path == reverse(e.url_name) for e in counted):
            forget_counts(user)
        counts = _counts(user, counted)
    return [
        {
            "title": _(group),
            "lines": [
                {
                    "label": _(entry.label),
                    "url": (url := reverse(entry.url_name)),
                    "count": counts.get(entry.url_name),
                    "key": entry.key,
                    "current": request.path == url,
                }
                for entry in entries
            ],
        }
        for group, entries in groups.items()
        if entries
    ]


def _counts(user, entries):
    """{url name: number}, as it was counted for a page at most COUNTS_KEPT seconds ago."""
    kept = cache.get(_key(user))
    if kept is None:
        kept = {entry.url_name: entry.count(user) for entry in entries}
        cache.set(_key(user), kept, COUNTS_KEPT)
    return kept


def forget_counts(user):
    cache.delete(_key(user))


def _key(user):
    return f"side-list-counts:{user.pk}"
