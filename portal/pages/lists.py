"""Lists that people arrange for themselves: saved filters, shown columns.

Each app registers its lists by URL name.
"""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import pgettext

from portal.models import SavedFilter
from portal.text import Text
from portal.tools.prepared import Prepared


@dataclass(frozen=True)
class Column:
    """A column that a person may hide."""

    code: str
    label: Text
    # Whether it is shown by default.
    shown: bool = True


@dataclass(frozen=True)
class ShapedList:
    title: Text
    columns: tuple[Column, ...] = ()
    # Names of its filters in the address; without any, filters cannot be saved.
    filters: tuple[str, ...] = ()
    # Other parameters that decide which rows are shown, without paging.
    state: tuple[str, ...] = ()


LISTS: dict[str, ShapedList] = {}
_SAVED = Prepared(
    lambda user, page: SavedFilter.objects.filter(user=user, page=page).order_by("pk"),
    user=-1,
    page="?",
)


def register(page, title, *, columns=(), filters=(), state=("sort",)):
    LISTS[page] = ShapedList(title, tuple(columns), tuple(filters), tuple(state))


def columns(user, page):
    """Return {code: whether it is shown} for this person, from the account without a query."""
    chosen = user.columns.get(page)
    return {
        column.code: column.shown if chosen is None else column.code in chosen
        for column in LISTS[page].columns
    }


def cleaned(page, query):
    """Return the known filters of an address in a fixed order, for comparison."""
    given, kept = QueryDict(query), QueryDict(mutable=True)
    shaped = LISTS[page]
    # Without JavaScript, a place or organ arrives as typed text.
    known = [(name, name) for name in shaped.state]
    known += [(name, f"{name}_text") for name in shaped.filters]
    for name, typed in known:
        chosen = name if given.get(name) else typed
        if given.get(chosen):
            kept[chosen] = given[chosen]
    return kept.urlencode()


def shape(user, page, query):
    """A person's arrangement of a list: saved filters (one query) and columns (none)."""
    shaped = LISTS.get(page)
    present, saved, choices = "", [], []
    if shaped:
        shown = columns(user, page)
        choices = [(column, shown[column.code]) for column in shaped.columns]
    if shaped and shaped.filters:
        present = cleaned(page, query.urlencode())
        saved = _SAVED.rows(user=user.pk, page=page)
    return {
        "page_name": page,
        "present": present,
        "saved": saved,
        "may_save": bool(present) and present not in {one.query for one in saved},
        "choices": choices,
        "arrange": pgettext("saved filters", "Arrange"),
    }
