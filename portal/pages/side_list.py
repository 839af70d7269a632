"""The side list of every page: at most twelve lines, and the pages of the areas.

A line leads to a list in daily use or to an area, whose page links to all of its lists.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache as shared_cache
from django.db import models
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from portal import uses
from portal.roles import granted
from portal.text import Text
from portal.tools import addresses
from portal.tools.addresses import address

# Seconds for which a number is fresh. An older one is reloaded by the page once it is shown, so
# that no page waits for it; without JavaScript it is at most COUNTS_KEPT old. Numbers are counted
# at once after the user's own act (`middleware.OwnActsCount`) and on the page that their line leads
# to.
COUNTS_FRESH = 30
COUNTS_KEPT = 600
# The number of lines that fit without scrolling.
LINES_SHOWN = 12


class Area(models.TextChoices):
    """A part of the work with its own page, in the order of the side list."""

    GOING_DOWN = "visits", gettext_lazy("Visits and concerns")
    STAYS = "stays", gettext_lazy("Stays and campaigns")
    PAIRING = "pairing", gettext_lazy("Who helps whom")
    EVALUATION = "evaluation", gettext_lazy("Evaluation and oversight")
    ADMINISTRATION = "management", gettext_lazy("Management")

    @property
    def url(self):
        return address("area", self.value)

    @property
    def crumb(self):
        """The first breadcrumb of its pages."""
        return self.label, self.url


@dataclass(frozen=True)
class Entry:
    """A list with a line in the side list or on the page of an area."""

    label: Text
    url_name: str
    permissions: tuple = ()
    # Keyboard shortcut: this letter after a g.
    key: str = ""
    # Whether a counter provides a number; the list's own page counts again.
    is_counted: bool = False
    # (user) → whether the list is open, where permissions alone do not decide.
    only_if: Callable | None = None

    @property
    def name(self):
        """Identifies its number within a page."""
        return self.url_name.replace(":", "-")


@dataclass(frozen=True)
class Tab:
    """A link in the bar at the bottom of every page on a phone. Five stand side by side, so they
    have labels of their own (context “tab”)."""

    label: Text
    url_name: str
    permissions: tuple = ()
    query: str = ""


HOME = Tab(pgettext_lazy("tab", "Front page"), "home")
# As many as fit beside the menu.
TABS_SHOWN = 4
# The most used first; filled by the apps.
_TABS: list[Tab] = []

# Filled by the apps. Lines above and below the areas.
_DAILY: list[Entry] = []
_OVERVIEWS: list[Entry] = []
# Area → {title of a group: its entries}.
_LISTS: dict[Area, dict[str, list[Entry]]] = {area: {} for area in Area}
# Functions of a user that return {name of a line: number}.
_COUNTERS: list = []


def add_daily(*entries):
    _DAILY.extend(entries)


def add_overviews(*entries):
    _OVERVIEWS.extend(entries)


def add_lists(area, group, *entries):
    _LISTS[area].setdefault(group, []).extend(entries)


def count_with(*counters):
    _COUNTERS.extend(counters)


def add_phone_tabs(*tabs):
    _TABS.extend(tabs)


def phone_tabs(request, user):
    """Return the first tabs that this person may open, or the front page if there is none."""
    held = _held(user)
    tabs = [tab for tab in _TABS if not held.isdisjoint(tab.permissions)] or [HOME]
    found = [(tab, address(tab.url_name)) for tab in tabs[:TABS_SHOWN]]
    return [
        {"label": tab.label, "url": url + tab.query, "current": request.path == url}
        for tab, url in found
    ]


def side_list(request, user):
    """{"parts": [daily lists, areas, overviews], "is_old": whether the page should reload counts}.

    Each part is a list of lines with label, url, name, key, count (or None) and current.
    """
    parts = _parts(user)
    lines = _lines(parts)
    counts, is_fresh = {}, True
    if not getattr(request, "skip_counts", False):
        if any(entry.is_counted and request.path == address(entry.url_name) for entry in _DAILY):
            forget_counts(user)
        counts, is_fresh = _counts(request, user)
    for line in lines:
        line |= {"count": counts.get(line["name"]), "current": False}
    _mark(lines, [request.path])
    return {"parts": [part for part in parts if part], "is_old": not is_fresh}


def counts_of_lines(user):
    """{name of a line that this person has: number}, counted now."""
    counts = count_anew(user)
    names = [line["name"] for line in _lines(_parts(user))]
    return {name: counts[name] for name in names if name in counts}


def _parts(user):
    """The lines without their numbers: daily lists, areas, overviews."""
    closed = frozenset(settings.CLOSED_APPS)
    kept = _kept_parts(_held(user), uses.off(), closed, get_language(), *addresses.where())
    return [[dict(line) for line in part] for part in kept]


# Built once for all who may open the same lists.
@lru_cache(maxsize=200)
def _kept_parts(held, _off, _closed, _language, *_where):
    areas = [_line_of_area(area, groups) for area, groups in _lists_open_to(held).items()]
    daily, overviews = (
        [_line(entry) for entry in _open_to(held, entries)] for entries in (_DAILY, _OVERVIEWS)
    )
    return daily, areas, overviews


def mark_above(shown, way):
    """Mark the line that the breadcrumbs lead to, if the page's own address belongs to no line."""
    lines = _lines(shown["parts"])
    if not any(line["current"] for line in lines):
        _mark(lines, [url for _label, url in way if url])


def _mark(lines, paths):
    """Mark the line of the first address that belongs to one."""
    for path in paths:
        nearest = max(lines, key=lambda line: _inside(line, path), default=None)
        if nearest and _inside(nearest, path):
            nearest["current"] = True
            return


def _lines(parts):
    return [line for part in parts for line in part]


def lists_of(user):
    """{area: {title of a group: entries}} that this person's permissions open."""
    return _lists_open_to(_held(user))


def _lists_open_to(held):
    found = {}
    for area, groups in _LISTS.items():
        for title, entries in groups.items():
            if opened := _open_to(held, entries):
                found.setdefault(area, {})[title] = opened
    return found


def entries_open_to(user):
    """Return [(label of the area or "", entry)] of all lists that this person's permissions
    open."""
    held = _held(user)
    found = [("", entry) for entry in _open_to(held, [*_DAILY, *_OVERVIEWS])]
    for area, groups in lists_of(user).items():
        found += [(area.label, entry) for entries in groups.values() for entry in entries]
    return found


def lists_in(area, user):
    """{title of a group: entries} of an area that this person may open."""
    groups = lists_of(user).get(area, {})
    opened = {
        title: [one for one in entries if one.only_if is None or one.only_if(user)]
        for title, entries in groups.items()
    }
    return {title: entries for title, entries in opened.items() if entries}


def _line(entry):
    url = address(entry.url_name)
    named = {"name": entry.name, "key": entry.key}
    return named | {"label": _(entry.label), "url": url, "inside": [url]}


def _line_of_area(area, groups):
    """The line of an area, or of its only list."""
    entries = [entry for group in groups.values() for entry in group]
    name = f"area-{area.value}"
    if len(entries) == 1:
        return _line(entries[0]) | {"name": name}
    inside = [area.url, *(address(entry.url_name) for entry in entries)]
    return {"label": str(area.label), "url": area.url, "name": name, "inside": inside}


def _inside(line, path):
    """Return the length of the address prefix that a line matches; 0 if the page is not in it."""
    return max((len(url) for url in line["inside"] if path.startswith(url)), default=0)


def _held(user):
    may = granted()
    return frozenset().union(*(may[role] for role in user.roles))


def _open_to(held, entries):
    """Return the entries that these permissions open, without functions that are not used."""
    opened = [e for e in entries if not e.permissions or not held.isdisjoint(e.permissions)]
    if settings.CLOSED_APPS:
        opened = [e for e in opened if e.url_name.partition(":")[0] not in settings.CLOSED_APPS]
    off = uses.off()
    return [e for e in opened if uses.of_page(e.url_name) not in off] if off else opened


def hand_over(request, counter, counts):
    """Pass on numbers that the page itself has counted, so that they are not counted twice."""
    request.counted = {**getattr(request, "counted", {}), counter: counts}


def _counts(request, user):
    """({name of a line: number}, whether it is fresh)."""
    key = _key(user)
    kept = shared_cache.get_many([key, f"{key}-fresh"])
    if key not in kept:
        return count_anew(user, getattr(request, "counted", {})), True
    return kept[key], f"{key}-fresh" in kept


def count_anew(user, counted=None):
    """{name of a line: number}, counted now unless the page has `counted` it."""
    counts, counted = {}, counted or {}
    for counter in _COUNTERS:
        counts |= counted[counter] if counter in counted else counter(user)
    keep_counts(user, counts)
    return counts


def keep_counts(user, counts):
    shared_cache.set(_key(user), counts, COUNTS_KEPT)
    shared_cache.set(f"{_key(user)}-fresh", True, COUNTS_FRESH)


def forget_counts(user):
    shared_cache.delete_many([_key(user), f"{_key(user)}-fresh"])


def _key(user):
    return f"side-list-counts:{user.pk}"
