"""The side list of every page: groups of entries, some with a number."""

from dataclasses import dataclass

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

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


@dataclass(frozen=True)
class Tab:
    """One of the few pages that stand at the lower edge of a phone, on every page."""

    label: str
    url_name: str
    permissions: tuple = ()
    query: str = ""


HOME = Tab(gettext_noop("Front page"), "home")
# So many, and the menu, fit beside each other.
TABS_SHOWN = 4
# In the order of their use; filled by the apps.
_TABS: list[Tab] = []

# Filled by the apps (outreach.apps and above): group title → entries. portal imports none of them.
_GROUPS: dict[str, list[Entry]] = {}


def add_to_side_list(group, *entries):
    _GROUPS.setdefault(group, []).extend(entries)


def add_phone_tabs(*tabs):
    _TABS.extend(tabs)


def phone_tabs(request, user):
    """The first of those that this person may open; home for who works with none of them."""
    held = _held(user)
    tabs = [tab for tab in _TABS if not held.isdisjoint(tab.permissions)] or [HOME]
    found = [(tab, reverse(tab.url_name)) for tab in tabs[:TABS_SHOWN]]
    return [
        {"label": _(tab.label), "url": url + tab.query, "current": request.path == url}
        for tab, url in found
    ]


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


def _held(user):
    return frozenset().union(*(GRANTS[role] for role in user.roles))


def _groups_for(user):
    held = _held(user)
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
