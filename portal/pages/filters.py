"""Filters, tabs and search of lists. All are in the address, which alone determines the rows."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cached_property

import django_filters
from django import forms
from django.db import connection
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.models.places import UnitKind
from portal.pages.forms import DayInput
from portal.pages.onward import ROW, TOLD
from portal.pages.search import containing, each_word
from portal.pages.web import PAGING, counting
from portal.places.pickers import PickerField
from portal.records.kept import kept
from portal.sheets.figures import Scope
from portal.sheets.ledgers import checked, words_of
from portal.sheets.statistics import with_stations
from portal.text import Text
from portal.tools import asked
from portal.tools.asked import bound_days
from portal.tools.prepared import Statement
from portal.trust import wall

# Tabs count up to this number.
MOST = 999
# Longer addresses are not worth caching.
KEPT_LENGTH = 200


class PickedFilter(django_filters.Filter):
    """A choice from a large table, picked by typing."""

    field_class = PickerField

    def __init__(self, kind, **kwargs):
        super().__init__(kind=kind, **kwargs)


def choice(label, choices, **more):
    return django_filters.ChoiceFilter(label=label, choices=choices, **more)


def yes(label, method):
    """A filter that is either set or not."""
    return choice(label, [("yes", _("yes"))], method=method)


def day_from(label, column):
    return django_filters.DateFilter(
        label=label, field_name=column, lookup_expr="gte", widget=DayInput()
    )


def day_to(label, column):
    return django_filters.DateFilter(
        label=label, field_name=column, lookup_expr="lte", widget=DayInput()
    )


def between(column, label_from, label_to):
    """Return two filters of a column of days: from a day and to a day, both included."""
    return day_from(label_from, column), day_to(label_to, column)


def of_kind(via=""):
    """Return a hidden filter by kind of unit, set by links from figures."""
    return choice(
        _("Kind of unit"), UnitKind, field_name=f"{via}unit__kind", widget=forms.HiddenInput()
    )


def day_by(label, method):
    return django_filters.DateFilter(label=label, method=method, widget=DayInput())


@dataclass
class Panel:
    """What a page shows of its filters."""

    # Unknown parameters in the address.
    unknown: list
    # [(id of the field, label, error)]
    errors: list
    # [(label, words, name)] of the active filters.
    chips: list
    # {name: field as HTML}
    main_drawn: dict
    more_drawn: dict

    @property
    def main(self):
        return mark_safe("".join(self.main_drawn.values()))

    @property
    def more(self):
        return mark_safe("".join(self.more_drawn.values()))


def _drawn(fields):
    return {field.name: field.as_field_group() for field in fields}


class PlacedFilter(django_filters.FilterSet):
    """Filters of placed records: by area and organ, as figures are counted."""

    # The lookup path from a row to the record that has a place.
    via = ""
    # Filters for links from figures; collapsed until they are used.
    MORE = ("organ", "itself", "host")
    area = PickedFilter("division", label=_("Area"), method="by_area")
    organ = PickedFilter("organ", label=_("Recorded by the organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Recorded by, without stations"), method="by_itself")
    host = PickedFilter("organ", label=_("Host organ"), method="by_host")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        for field in self.form.fields.values():
            # Do not mark filters as optional.
            field.expected = True  # pyright: ignore[reportAttributeAccessIssue]  # read by templates
            if isinstance(field, PickerField):
                field.user = user
        bound_days(self.form.fields)

    def by_area(self, queryset, name, value):
        return queryset.filter(Scope(self.user, division=value).limit(self.via))

    def by_organ(self, queryset, name, value):
        return queryset.filter(Scope(self.user, organ=value).limit(self.via))

    def by_itself(self, queryset, name, value):
        return queryset.filter(**{f"{self.via}organ": value})

    def by_host(self, queryset, name, value):
        return queryset.filter(Scope(self.user, host=value).limit(self.via))

    def panel(self, without_words=None):
        """Return what the page shows of the filters, which excludes the rows. Given the panel of
        the same filters without search words, render only the search field again."""
        if without_words and "q" in without_words.main_drawn:
            main_drawn = without_words.main_drawn | _drawn([self.form["q"]])
            more_drawn = without_words.more_drawn
        else:
            main_drawn, more_drawn = _drawn(self.main_fields), _drawn(self.more_fields)
        return Panel(
            unknown=self.unknown,
            errors=[
                (field.auto_id, field.label, error) for field in self.form for error in field.errors
            ],
            chips=self.chips(),
            main_drawn=main_drawn,
            more_drawn=more_drawn,
        )

    @property
    def main_fields(self):
        return [field for field in self.form if field.name not in self.MORE]

    @property
    def more_fields(self):
        return [field for field in self.form if field.name in self.MORE]

    @property
    def unknown(self):
        """Unknown parameters in the address, to be reported."""
        known = {"tab", "view", "sort", *PAGING, ROW, TOLD, *self.form.fields}
        known |= {f"{name}_text" for name in self.form.fields}
        return sorted(set(self.data or ()) - known)

    def chips(self):
        """[(label, words, name)] of the active filters."""
        if not self.form.is_valid():
            return []
        shown = []
        for name, field in self.form.fields.items():
            value = self.form.cleaned_data.get(name)
            if value not in (None, "", []):
                choices = dict(getattr(field, "choices", ()))
                shown.append((field.label, str(choices.get(value, value)), name))
        return shown


class LedgerFilter(PlacedFilter):
    q = django_filters.CharFilter(label=_("Keyword"), method="by_text", min_length=2, max_length=60)
    unit = PickedFilter("unit", label=_("Place"), method="by_unit")
    # Set by links from statistics rows that count a unit with those below it.
    below = django_filters.ChoiceFilter(
        label=_("Counted place"),
        choices=[("1", _("with the units below it"))],
        method="by_below",
        widget=forms.HiddenInput(),
    )
    # Set by links from the statistics if an organ below has a separate row.
    alone = django_filters.ChoiceFilter(
        label=_("Counted organ"),
        choices=[("1", _("with its stations alone"))],
        method="by_alone",
        widget=forms.HiddenInput(),
    )

    def by_unit(self, queryset, name, value):
        if self.form.cleaned_data.get("below"):
            return queryset.filter(unit__path__startswith=value.path)
        return queryset.filter(unit=value)

    def by_below(self, queryset, name, value):
        return queryset  # by_unit reads it

    def by_organ(self, queryset, name, value):
        if self.form.cleaned_data.get("alone"):
            return queryset.filter(organ__in=with_stations(value))
        return super().by_organ(queryset, name, value)

    def by_alone(self, queryset, name, value):
        return queryset  # by_organ reads it

    def by_text(self, queryset, name, value):
        return containing(queryset, value)


def in_state(rows, tab, *, on):
    """The rows in the state named by the tab, or all of them."""
    return rows if tab == "all" else rows.filter(state=tab)


@dataclass(frozen=True)
class Search:
    """Search in a short list: by text, by kind, and by a record whose page links to the list."""

    hint: Text
    # (rows, text) → matching rows.
    found: Callable
    # Choices of the column `kind`.
    kinds: type | None = None
    # {name in the address: (label, model, (rows, record) → rows)}.
    about: dict = dataclass_field(default_factory=dict)

    def __call__(self, query, queryset, user):
        return Searched(self, query, queryset)


@dataclass
class SearchPanel:
    """What a page shows of its search."""

    search: Search
    text: str
    kind: str
    # [(name, label, record)]
    about: list
    chips: list
    is_search: bool = True
    unknown: tuple = ()


class Searched:
    """A `Search` applied to one request, in place of a filter set."""

    unknown = ()

    def __init__(self, search, query, rows):
        self.search = search
        self.text = query.get("q", "").strip()[:60]
        self.kind = query.get("kind", "")
        # [(name, label, record)]
        self.about = []
        for name, (label, model, narrow) in search.about.items():
            if record := asked.row(query, name, model.objects.all()):
                self.about.append((name, label, record))
                rows = narrow(rows, record)
        if search.kinds and self.kind in search.kinds.values:
            rows = rows.filter(kind=self.kind)
        self.qs = each_word(rows, self.text, search.found) if self.text else rows

    def panel(self):
        return SearchPanel(self.search, self.text, self.kind, self.about, self.chips())

    def chips(self):
        return [*self.about, *filter(None, (self.text, self.kind))]


@dataclass(frozen=True)
class Address:
    """What the address of a list shows: the same for its page, its sheet and links to it."""

    # A FilterSet or Search, with qs, unknown, form and chips().
    filter: Callable | None
    # user → all rows that this person may see.
    rows: Callable
    # {code: label} with the default first, or user → such a dict.
    tabs: dict | Callable = dataclass_field(default_factory=dict)
    # (rows, tab, on=) → rows of the tab.
    in_tab: Callable = lambda rows, tab, on: rows
    # (rows, tab, user) → rows of the tab, if they depend on the user.
    tab_for: Callable | None = None
    # The default tab if the first one is empty.
    otherwise: str = ""
    # {code: label} of views beside the tabs, the default first, and (rows, view, user) → rows of
    # the view.
    views: dict = dataclass_field(default_factory=dict)
    in_view: Callable = lambda rows, view, user: rows
    tab_name: str = "tab"
    # The default tab of the sheet, if it differs.
    sheet_tab: str = ""
    # (user, query) → the query with implied filters added.
    completed: Callable = lambda user, query: query
    # Reason for reading the selected rows as the system: they tell what became of records that some
    # of their readers may not open (`walled.NAMED`).
    beyond: str = ""

    def reading(self):
        return wall.as_system(self.beyond) if self.beyond else contextlib.nullcontext()

    def at(self, user, query, *, usual=""):
        return Asked(self, user, query, usual)

    def sheet_rows(self, user, query):
        """Return the rows of a sheet, without those that only a personal relation opens. Raise
        LedgerProblem if the address is invalid."""
        return self.seen(user, query).of_roles(user)

    def seen(self, user, query):
        """Return the rows that the page at this address shows the user, across all its pages."""
        asked = self.at(user, query, usual=self.sheet_tab)
        return asked.in_tab(checked(asked.filter), asked.tab)

    def said(self, user, query):
        """Return [(label, text)] of the filters."""
        return words_of(self.at(user, query).filter)


def _found(rows):
    """Return the statement of the ids of some rows, stopping just above the counting limit."""
    return Statement(rows.order_by().values_list("pk")[: MOST + 1])


class Asked:
    """An address as requested by one person."""

    tabs: dict
    # Set when the page is rendered.
    csrf_input: Text

    def __init__(self, address, user, query, usual=""):
        self.address, self.user, self.today = address, user, user.today
        self._given, self.query = query, address.completed(user, query)
        tabs = address.tabs
        self.tabs = tabs if isinstance(tabs, dict) else tabs(user)
        self.usual, self.numbers = usual, {}
        # {tab: ids of its rows}, for tabs that were counted and have few rows.
        self.found = {}
        view = query.get("view", "")
        self.view = view if view in address.views else next(iter(address.views), "")

    def kept(self, name, make):
        """Return `make(asked)`, which is SQL or fields, cached for this person, address, grants and
        day unless the address has typed words."""
        if self._shape is None:
            return make(self)
        tab = self.__dict__.get("tab")

        def build(bare):
            asked = self.address.at(bare, self._given, usual=self.usual)
            if tab is not None:
                asked.tab = tab
            return make(asked)

        found = kept((*self._shape, tab, name), self.user, build)
        return make(self) if found is None else found

    @property
    def has_words(self):
        """Whether the address has search words."""
        return "q" in self._given

    @cached_property
    def without_words(self):
        """The same tab of the same address without the search words."""
        query = self._given.copy()
        query.pop("q", None)
        asked = self.address.at(self.user, query, usual=self.usual)
        asked.tab = self.tab
        return asked

    @cached_property
    def _shape(self):
        """The parameters that select rows, as part of a cache key; None if words are typed or the
        address is too long."""
        given = {name: values for name, values in self._given.lists() if name not in PAGING}
        size = sum(len(one) for values in given.values() for one in values)
        if size > KEPT_LENGTH or any(name == "q" or name.endswith("_text") for name in given):
            return None
        chosen = tuple(sorted((name, tuple(values)) for name, values in given.items()))
        return id(self.address), self.usual, chosen

    @cached_property
    def language(self):
        """The language of the page, for the words of its cells."""
        return get_language()

    @cached_property
    def everything(self):
        return self.address.in_view(self.address.rows(self.user), self.view, self.user)

    @cached_property
    def filter(self):
        made = self.address.filter
        return made and made(self.query, queryset=self.everything, user=self.user)

    @cached_property
    def panel(self):
        """What the page shows of the filters, or None if there are none."""
        if self.address.filter is None:
            return None
        if self.has_words and isinstance(self.filter, PlacedFilter):
            return self.filter.panel(self.without_words.panel)
        return self.kept("panel", lambda asked: asked.filter.panel())

    @cached_property
    def tab(self):
        tab, first = self.query.get(self.address.tab_name, ""), next(iter(self.tabs), "")
        if tab in self.tabs:
            return tab
        if self.address.otherwise and not self.usual and not self.number_in(first):
            return self.address.otherwise
        return self.usual or first

    def in_tab(self, rows, tab):
        if self.address.tab_for:
            return self.address.tab_for(rows, tab, self.user)
        return self.address.in_tab(rows, tab, on=self.today)

    def rows_in(self, tab):
        """The rows of a tab under the current filters."""
        filtered, rows = self.filter, self.everything
        if filtered is not None:
            is_right = isinstance(filtered, Searched) or filtered.form.is_valid()
            rows = filtered.qs if is_right else rows.none()
        return self.in_tab(rows, tab)

    def number_in(self, tab):
        """The number of rows in a tab, at most 999."""
        if tab not in self.numbers:
            statement = self.kept(("found", tab), lambda one: _found(one.rows_in(tab)))
            ids = [pk for (pk,) in statement.planned_tuples()]
            self.numbers[tab] = min(len(ids), MOST)
            if len(ids) <= MOST:
                self.found[tab] = ids
        return self.numbers[tab]

    def numbers_in(self, tabs):
        """{tab: the number of its rows, at most 999}, in one statement."""
        statements = {
            tab: self.kept(("number", tab), lambda one, tab=tab: counting(one.rows_in(tab), MOST))
            for tab in tabs
        }
        known = {tab: one for tab, one in statements.items() if one.sql}
        if known:
            parts = ", ".join(f"({one.sql})" for one in known.values())
            values = [value for one in known.values() for value in one.values]
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {parts}", values)
                counted = zip(known, cursor.fetchone(), strict=True)
            self.numbers |= {tab: min(n, MOST) for tab, n in counted}
        return {tab: self.numbers.get(tab, 0) for tab in tabs}

    @cached_property
    def rows(self):
        return self.rows_in(self.tab)

    @cached_property
    def chips(self):
        """[(label, words, name)] of the active filters."""
        return self.panel.chips if self.panel else []
