"""The lists that people shape for themselves: filters kept by name, columns shown or not.

Each app registers its lists by url name; the frame knows nothing of what they hold.
"""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import pgettext

from portal.models import SavedFilter


@dataclass(frozen=True)
class Column:
    """A column that may go; what something is, where, and its deadline always stay."""

    code: str
    label: str
    # Whether it stands there until somebody chooses.
    shown: bool = True


@dataclass(frozen=True)
class ShapedList:
    title: str
    columns: tuple[Column, ...] = ()
    # Names of the filters in its address; a list that names none keeps none.
    filters: tuple[str, ...] = ()
    # What else of the address says which rows are shown; paging does not.
    state: tuple[str, ...] = ()


LISTS: dict[str, ShapedList] = {}


def register(page, title, *, columns=(), filters=(), state=("sort",)):
    LISTS[page] = ShapedList(title, tuple(columns), tuple(filters), tuple(state))


def columns(user, page):
    """{code: whether it is shown} for this person; read from the account, without a query."""
    chosen = user.columns.get(page)
    return {
        column.code: column.shown if chosen is None else column.code in chosen
        for column in LISTS[page].columns
    }


def cleaned(page, query):
    """The part of an address that filters: known names in one order, so that it can be compared."""
    given, kept = QueryDict(query), QueryDict(mutable=True)
    shaped = LISTS[page]
    # Without script a place or organ stands there as it was typed.
    known = [(name, name) for name in shaped.state]
    known += [(name, f"{name}_text") for name in shaped.filters]
    for name, typed in known:
        chosen = name if given.get(name) else typed
        if given.get(chosen):
            kept[chosen] = given[chosen]
    return kept.urlencode()


def shape(user, page, query):
    """What a person arranges on a list: filters kept by name (one query), columns (none)."""
    shaped = LISTS.get(page)
    present, saved, choices = "", [], []
    if shaped:
        shown = columns(user, page)
        choices = [(column, shown[column.code]) for column in shaped.columns]
    if shaped and shaped.filters:
        present = cleaned(page, query.urlencode())
        saved = list(SavedFilter.objects.filter(user=user, page=page).order_by("pk"))
    return {
        "page_name": page,
        "present": present,
        "saved": saved,
        "may_save": bool(present) and present not in {one.query for one in saved},
        "choices": choices,
        "arrange": pgettext("saved filters", "Arrange"),
    }
