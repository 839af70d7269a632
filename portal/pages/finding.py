"""The command bar and its page: typed text finds pages, places, people and records in the user's
reach, and what they may start. Searches are not recorded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Case, Value, When
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from portal import uses
from portal.pages import search, side_list
from portal.pages.filters import Search
from portal.pages.listings import LISTINGS, allows
from portal.pages.search import Typed
from portal.pages.side_list import Entry
from portal.pages.web import FOUND_UP_TO, Sort, counted, found_by
from portal.text import Text
from portal.tools import pinyin

# Lines per group in the command bar, and on the page.
SHOWN, SHOWN_ON_PAGE = 5, 10
# One character is too vague; text beyond the longest is ignored.
SHORTEST, LONGEST = 2, 60
# Pages that are not in the side list.
OTHER_PAGES = (
    Entry(gettext_noop("Front page"), "home"),
    Entry(gettext_noop("Reminders"), "reminders"),
    Entry(gettext_noop("Help"), "help"),
    Entry(gettext_noop("Roles and rights"), "roles"),
    Entry(gettext_noop("Change password"), "account_change_password"),
    Entry(gettext_noop("Second factor"), "mfa_index"),
    Entry(gettext_noop("Where I am signed in"), "usersessions_list"),
)


@dataclass(frozen=True)
class Line:
    label: Text
    url: str
    note: Text = ""
    # [(label, address)] of acts offered with the line.
    offers: list = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    title: Text
    lines: list[Line]
    # Label of the link to all results, if there are more than these.
    all_words: str = ""
    all_url: str = ""
    # Rows match only one of several words; shown after groups that match all of them.
    is_partial: bool = False


@dataclass(frozen=True)
class Finder:
    """A list whose rows are found by its own search, so that “all” leads to the same rows."""

    # URL name of the Listing.
    listing: str
    # row → words.
    label: Callable
    note: Callable
    # Relations that these functions read.
    reads: tuple[str, ...] = ()
    # Query parameters of the list, without the search words.
    query: dict = field(default_factory=lambda: {"tab": "all"})
    # word → condition of the rows to put first, or None.
    first: Callable | None = None
    # Whether to match any one of several words if no row has them all.
    by_any: bool = False
    # Whether few of very many rows match, so that the ids are found first (`found_by`): the planner
    # would choose a slow plan.
    is_large: bool = False

    def group(self, user, typed, size):
        listing = LISTINGS[self.listing]
        if not uses.is_open(self.listing):
            return None
        if listing.may_see and not listing.may_see(user):
            return None
        asked = listing.address.at(user, QueryDict(urlencode(self.query)))
        sorts = listing.sorts(asked) if callable(listing.sorts) else listing.sorts
        sort = sorts if isinstance(sorts, Sort) else next(iter(sorts.values()))
        rows, total, is_exact = self._found(asked, typed, sort, size)
        is_partial = not rows and self.by_any and len(typed.words) > 1
        if is_partial:
            each = [self._found(asked, Typed(word), sort, size) for word in typed.words]
            rows = [row for found, _total, _is_exact in each for row in found][:size]
            total = len(rows)
        if not rows:
            return None
        lines = [
            Line(
                self.label(row), row.get_absolute_url(), self.note(row), self._offers(user, row, n)
            )
            for n, row in enumerate(rows)
        ]
        if total <= len(rows):
            return Group(listing.title, lines, is_partial=is_partial)
        url = f"{reverse(self.listing)}?{urlencode({**self.query, 'q': typed})}"
        all_words = pgettext("command", "All %(n)s") % {"n": total if is_exact else f"{total}+"}
        return Group(listing.title, lines, all_words, url)

    def _found(self, asked, typed, sort, size):
        """Return (first rows, total, whether the total is exact)."""
        by_words = asked.address.filter
        if isinstance(by_words, Search):
            rows = search.each_word(asked.rows, typed, by_words.found)
        else:
            rows = search.containing(asked.rows, typed)
        order, is_exact = sort.order(), True
        if self.is_large:
            ids = found_by(rows)
            total, is_exact = (FOUND_UP_TO, False) if ids is None else (len(ids), True)
            if ids is not None:
                rows = rows.model.objects.filter(pk__in=ids)
                if self.first and len(typed.words) == 1 and (first := self.first(typed.words[0])):
                    order = [Case(When(first, then=Value(0)), default=Value(1)), *order]
            return list(self._whole(rows).order_by(*order)[:size]), total, is_exact
        found = list(self._whole(rows).order_by(*order)[: size + 1])
        total = len(found)
        if total > size:
            total, is_exact = counted(rows, FOUND_UP_TO)
        return found[:size], total, is_exact

    def _whole(self, rows):
        return rows.select_related(*self.reads) if self.reads else rows.for_list()

    def _offers(self, user, row, n):
        offering = OFFERS.get(self.listing, [])
        return [one for most, offer in offering if n < most for one in offer(user, row)]


# In the order of the groups; filled by the apps.
FINDERS: list[Finder] = []
# {URL name of a Listing: [(number of rows, (user, row) → [(label, address)])]}.
OFFERS: dict[str, list] = {}


def add(*finders):
    FINDERS.extend(finders)


def add_first(*finders):
    FINDERS[:0] = finders


def offer(listing, most, offers):
    """Register acts offered with each of the first `most` rows found in a list."""
    OFFERS.setdefault(listing, []).append((most, offers))


def find(user, text, *, size=SHOWN) -> list[Group]:
    typed = Typed(text.strip()[:LONGEST])
    if len(typed) < SHORTEST or not typed.words:
        return []
    pages = _group(pgettext("command", "Pages"), _pages(user, typed))
    groups = [pages, _group(pgettext("command", "To start"), _starts(user, typed))]
    groups += (finder.group(user, typed, size) for finder in FINDERS)
    return sorted(filter(None, groups), key=lambda group: group.is_partial)


def _group(title, lines):
    found = {line.url: line for line in lines}
    return Group(title, list(found.values())[:SHOWN]) if found else None


def _is_called(label, typed):
    """Return whether a label contains every word, or starts with it in pinyin initials."""
    said, letters = label.lower(), pinyin.initials(label)
    words = [word.lower() for word in typed.words]
    return all(word in said or word.isascii() and letters.startswith(word) for word in words)


def _pages(user, typed) -> Iterator[Line]:
    """Yield the pages of the side list and of the areas with a matching name."""
    for note, entry in [*side_list.entries_open_to(user), *(("", one) for one in OTHER_PAGES)]:
        label = _(str(entry.label))
        if _is_called(label, typed) and (entry.only_if is None or entry.only_if(user)):
            yield Line(label, reverse(entry.url_name), note)
    for area in side_list.lists_of(user):
        if _is_called(area.label, typed):
            yield Line(area.label, area.url)


def _starts(user, typed) -> Iterator[Line]:
    """Yield what the lists let this person start."""
    off = uses.off()
    for name, listing in list(LISTINGS.items()):
        if uses.of_page(name) in off:
            continue
        begin, found = listing.begin, []
        if begin and _is_called(begin.label, typed) and allows(begin.may, user):
            one = begin.on(listing.address.at(user, QueryDict()))
            found.append((one["label"], one["url"]))
        if listing.beginnings:
            several = listing.beginnings(listing.address.at(user, QueryDict()))
            found += (one for one in several if _is_called(one[0], typed))
        if found and (listing.may_see is None or listing.may_see(user)):
            yield from (Line(label, url, listing.title) for label, url in found)
