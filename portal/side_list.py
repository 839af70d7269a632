"""The side list of every page: groups of entries, some with a number."""

from dataclasses import dataclass

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.access import GRANTS

# Seconds for which a number may miss what others did. Then it is asked for anew once the page that
# shows it is there, so that no page waits for it. Without script it is as old as COUNTS_KEPT at
# most. It is counted at once after an act of one's own (`portal.middleware.OwnActsCount`) and on
# the page that it leads to.
COUNTS_FRESH = 30
COUNTS_KEPT = 600


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str
    permissions: tuple = ()
    # A function user → number, registered by the app that owns the page.
    count: object = None
    # The letter that leads here after a g.
    key: str = ""

    @property
    def name(self):
        """What its number is called within a page."""
        return self.url_name.replace(":", "-")


# Filled by the apps (outreach.apps and above): group title → entries. portal imports none of them.
_GROUPS: dict[str, list[Entry]] = {}


def add_to_side_list(group, *entries):
    _GROUPS.setdefault(group, []).extend(entries)


def side_list(request, user):
    groups = _groups_for(user)
    counts, is_fresh = {}, True
    # What waits is not counted for a page that only says no.
    if not getattr(request, "counts_nothing", False):
        counted = _counted(groups)
        if any(request.path == reverse(e.url_name) for e in counted):
            forget_counts(user)
        counts, is_fresh = _counts(user, counted)
    return [
        {
            "title": _(group),
            "is_old": not is_fresh and any(entry.count for entry in entries),
            "lines": [
                {
                    "label": _(entry.label),
                    "url": (url := reverse(entry.url_name)),
                    "name": entry.name,
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


def _groups_for(user):
    held = frozenset().union(*(GRANTS[role] for role in user.roles))
    return {
        group: [e for e in entries if not e.permissions or not held.isdisjoint(e.permissions)]
        for group, entries in _GROUPS.items()
    }


def _counted(groups):
    return [entry for entries in groups.values() for entry in entries if entry.count]


def _counts(user, entries):
    """({url name: number}, whether that was counted a moment ago)."""
    key = _key(user)
    kept = cache.get_many([key, f"{key}-fresh"])
    if key not in kept:
        return _count(user, entries), True
    return kept[key], f"{key}-fresh" in kept


def _count(user, entries):
    counts = {entry.url_name: entry.count(user) for entry in entries}
    cache.set(_key(user), counts, COUNTS_KEPT)
    cache.set(f"{_key(user)}-fresh", True, COUNTS_FRESH)
    return counts


def count_anew(user):
    """[(name of the line, number)] of whatever stands in this person's list with a number."""
    counted = _counted(_groups_for(user))
    counts = _count(user, counted)
    return [(entry.name, counts[entry.url_name]) for entry in counted]


def forget_counts(user):
    cache.delete_many([_key(user), f"{_key(user)}-fresh"])


def _key(user):
    return f"side-list-counts:{user.pk}"
