"""Lists: rows, tabs, filters, columns, sheet and page, each declared in one row. No domain here.

A row determines the addresses, the page with total, tabs, filters and paging, the columns that a
person may hide, the text of an empty list, and the export of the same rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.html import escape
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from portal.pages import cells, lists
from portal.pages.filters import Address
from portal.pages.renderer import csrf_field, drawn
from portal.pages.side_list import Area
from portal.pages.web import (
    PAGING,
    Rows,
    Sort,
    address_with,
    asks_for_part,
    exact_total,
    listed,
    varying,
    with_ids,
)
from portal.roles import Permission
from portal.sheets import ledgers
from portal.text import Text
from portal.tools.addresses import address, page_of
from portal.tools.prepared import Compiled, among
from portal.trust.access import Decision, require

# {URL name: Listing}, filled as they are declared.
LISTINGS: dict[str, "Listing"] = {}
# The first compiled statement of each list; the others share its columns.
_FIRST: dict[str, Compiled] = {}


def allows(may, user):
    """Whether the user holds a permission or satisfies a rule."""
    return bool(user.holds(may) if isinstance(may, Permission) else may(user))


class Col:
    """A column: the content of its cells, with smaller parts below.

    Each part is a path (`organ.label`, `get_kind_display`) or (row, asked) → text or HTML. Dates
    have the short form, an empty value is a dash.
    """

    def __init__(
        self,
        label,
        part,
        *below,
        code="",
        shown=True,
        link=False,
        number=False,
        bare=False,
        silent=False,
        when=None,
        sort="",
    ):
        self.label, self.number, self.when = label, number, when
        # The code of a column that a person may hide, and whether it is shown by default.
        self.code, self.shown = code, shown
        # Codes of the list's sorts by this column, separated by spaces; the heading leads to the
        # next.
        self.sorts = sort.split()
        # `link` is True for a link to the record's page, or the URL name of another page of it.
        # `bare`: phones hide the heading. `silent`: the heading is only for screen readers.
        self.bare, self.silent = bare or silent, silent
        self.read = self._reading(link, cells.reader(part), [cells.reader(one) for one in below])

    def sorting(self, sorts, present):
        """Return (code of the sort that the heading leads to, present order for screen readers). A
        column with one sort leads back to the list's default."""
        offered = [code for code in self.sorts if code in sorts]
        at = next((n for n, code in enumerate(offered) if sorts[code] is present), None)
        if at is None:
            return (offered[0], "") if offered else ("", "")
        order = "descending" if present.descending else "ascending"
        if len(offered) > 1:
            return offered[(at + 1) % len(offered)], order
        first = next(iter(sorts))
        return (first if first != offered[0] else ""), order

    def _reading(self, link, part, below):
        def read(row, asked):
            text = part(row, asked)
            text = cells.NONE if text is None or text == "" else text
            smaller = [one(row, asked) for one in below]
            if not link:
                return cells.under(text, *smaller)
            to = row if link is True else page_of(link, row.pk)
            return cells.link(to, text, *smaller)

        return read


def state(field="state", *below, words="", label="", **options):
    """The column of a state: a dot and the label of a choice, or `words`."""
    code, shown = attrgetter(field), cells.reader(words or f"get_{field}_display")

    def cell(row, asked):
        return cells.state(code(row), shown(row, asked)) if code(row) else cells.NONE

    return Col(label or _("State"), cell, *below, bare=not label, **options)


def reading(columns, **related):
    """Return a `for_list` that loads only these columns of the rows, and these of each relation."""
    names = columns.split()
    for relation, its_columns in related.items():
        names += [f"{relation}__{name}" for name in its_columns.split()]
    return lambda rows, asked: rows.select_related(*related).only(*names)


@dataclass(frozen=True)
class Button:
    """A button above a list or in an empty one, with the URL name of its target."""

    label: Text
    to: str
    # A permission, or user → whether.
    may: Permission | Callable = lambda user: True
    # Whether the link keeps the filters of the list.
    keeps_query: bool = False
    # asked → query string to append.
    query: Callable | None = None

    def on(self, asked):
        after = self.query(asked) if self.query else ""
        if self.keeps_query:
            after = address_with(asked.query)
        return {"label": self.label, "url": f"{address(self.to)}{after}"}


@dataclass(frozen=True)
class Empty:
    """The text of an empty list. The first that fits is shown, else the last."""

    title: Text
    text: Text
    # Codes of its tabs, separated by spaces; empty for all tabs.
    tab: str = ""
    # Only if the list is searched or filtered.
    filtered: bool = False
    # Only for users who may press this button, or the list's `begin` button.
    button: Button | None = None
    begins: bool = False
    when: Callable | None = None

    def fits(self, asked, button):
        return (
            (not self.tab or asked.tab in self.tab.split())
            and (not self.filtered or bool(asked.chips))
            and (not (self.begins or self.button) or bool(button))
            and (self.when is None or self.when(asked))
        )


@dataclass(frozen=True)
class Export:
    """The sheet of the rows that the page shows."""

    ledger: ledgers.Ledger
    label: Text
    # URL name; by default export_ and the list's name.
    name: str = ""
    path: str = "export/"
    # A permission, or user → whether.
    may: Permission | Callable = Permission.EXPORT
    # Tabs with a sheet; empty for all tabs.
    tabs: tuple[str, ...] = ()
    # Posted parameters that are not filters of the sheet.
    left_out: tuple[str, ...] = ()
    # {URL name: Export} of further sheets of the same rows.
    also: dict = field(default_factory=dict)
    # {posted name: (button label, ledger, user → Decision)} of other sheets of the same rows.
    others: dict = field(default_factory=dict)

    def start(self, request):
        user, ledger = request.user, self.ledger
        if not allows(self.may, user):
            require(Decision(_("Your roles may not export ledgers.")))
        left_out = {"csrfmiddlewaretoken", *PAGING, *self.left_out, *self.others}
        filters = {k: v for k, v in request.POST.items() if k not in left_out and v}
        for name, (_label, other, may_other) in self.others.items():
            if request.POST.get(name):
                require(may_other(user))
                ledger = other
        return redirect(ledgers.start_export(ledger, filters=filters, by=user))


@dataclass(frozen=True)
class Bulk:
    """Acts on several rows at once, shown below the list if the user may do any."""

    said: Text
    # row → its name for screen readers.
    label: Callable
    # asked → [(label, address)] of the acts; if empty, there are no tick boxes.
    acts: Callable


class _KeptRows(Rows):
    """The rows of a list as one person requests them, read by cached statements.

    Statements with typed words are not cached. A search finds the ids first; the rows with those
    ids are then read through the same address without the words.
    """

    def __init__(self, listing, asked):
        self._listing, self._asked = listing, asked

    @property
    def found(self):
        return self._asked.found.get(self._asked.tab)

    def among(self, found):
        return _KeptRows(self._listing, self._asked.without_words)._only(found)

    def ids(self, statement, **wanted):
        if not self.named:
            return super().ids(statement, **wanted)
        # Rows with given ids are found the same way for everybody, so the plan is cached.
        return [pk for (pk,) in statement.keyed_tuples(**self.named, **wanted)]

    def read(self, ids):
        if not self._asked.has_words:
            return self.statement(("rows",), with_ids).keyed_rows(**self.named, ids=ids)
        # Do not search for the words again, which the planner would do first.
        return _KeptRows(self._listing, self._asked.without_words).read(ids)

    def _only(self, found):
        self.named = {"found": found}
        return self

    @cached_property
    def queryset(self):
        return self._listing.for_list(self._asked.rows, self._asked)

    def model(self):
        return self._asked.kept("model", lambda asked: asked.everything.model)

    def statement(self, name, make):
        listing = self._listing

        def made(asked):
            rows = listing.for_list(asked.rows, asked)
            statement = make(rows.filter(among("pk", "found")) if self.named else rows)
            if isinstance(statement, Compiled):
                statement.sharing(_FIRST, listing.url_name)
            return statement

        return self._asked.kept((listing.url_name, name, *self.named), made)


@dataclass(frozen=True)
class Listing:
    """One list. Its page has this URL name and path, the export those of `export`."""

    # With the namespace: app:name.
    url_name: str
    path: str
    title: Text
    address: Address
    # One Sort, or {code: Sort} with the default first, or asked → either.
    sorts: Sort | dict | Callable
    columns: tuple[Col, ...]
    empty: tuple[Empty, ...]
    area: Area | None = None
    # Breadcrumbs between area and title: [(label, URL name or "")].
    way: tuple = ()
    # user → Decision; without it every signed-in user may open the list of their visible rows.
    may_see: Callable | None = None
    # (rows, asked) → the rows with everything that the columns read.
    for_list: Callable = lambda rows, asked: getattr(rows, "for_list", lambda: rows)()
    # (rows of the page, asked): adds attributes to them in one query.
    load: Callable | None = None
    # (request) → the response to a typed jump, None if it is a day.
    jump: Callable | None = None
    # asked → the heading, if it is not the title.
    heading: Callable | None = None
    # Words, or asked → words.
    intro: Text | Callable = ""
    # asked → a hint above the rows, or None.
    hint: Callable | None = None
    buttons: tuple[Button, ...] = ()
    # The button that creates a record, also shown in an empty list.
    begin: Button | None = None
    # A menu of several such buttons: its label, and asked → [(label, address)].
    begin_label: Text = ""
    beginnings: Callable | None = None
    # Links below the rows.
    below: tuple[Button, ...] = ()
    export: Export | None = None
    # {code of a tab: asked → the number beside its label}.
    counts: dict = field(default_factory=dict)
    # Codes of the tabs whose numbers the page fetches once it is shown.
    counted: tuple[str, ...] = ()
    bulk: Bulk | None = None
    # Whether people can save its filters.
    keeps_filters: bool = False
    # asked → text of the sums over all rows, shown beside their number once the list is filtered.
    sums: Callable | None = None
    # The only tab with sums; empty for all tabs.
    sums_in: str = ""

    def __post_init__(self):
        LISTINGS[self.url_name] = self
        hideable = [
            lists.Column(one.code, one.label, one.shown) for one in self.columns if one.code
        ]
        if hideable or self.keeps_filters:
            filters = (
                self.address.filter.base_filters
                if self.address.filter and self.keeps_filters
                else ()
            )
            state = (self.address.tab_name,) * bool(self.address.tabs)
            state += ("view",) * bool(self.address.views) + ("sort",)
            lists.register(
                self.url_name, self.title, columns=hideable, filters=filters, state=state
            )

    @property
    def is_staff(self):
        """Whether it has the styles of administration."""
        return self.area is Area.ADMINISTRATION

    @cached_property
    def exporting(self):
        """The URL name of the export."""
        namespace, _colon, name = self.url_name.rpartition(":")
        own = self.export and self.export.name
        return f"{namespace}:{own or f'export_{name}'}".lstrip(":")

    def urls(self):
        def page(request):
            return self._page(request)

        page.__name__ = name = self.url_name.rpartition(":")[2]
        addresses = [path(self.path, require_safe(page), name=name)]
        if export := self.export:
            start = require_POST(lambda request: export.start(request))
            name = self.exporting.rpartition(":")[2]
            addresses.append(path(f"{self.path}{export.path}", start, name=name))
        return addresses

    def _page(self, request):
        with self.address.reading():
            return self._shown(request)

    def _shown(self, request):
        user = request.user
        if self.may_see:
            require(self.may_see(user))
        if self.jump and (found := self.jump(request)):
            return found
        asked = self.address.at(user, request.GET)
        asked.csrf_input = csrf_field(request)
        if request.GET.get("count") == "exact":
            return exact_total(request, asked.rows, self._sums(asked))
        if request.GET.get("count") == "sums":
            return HttpResponse(escape(self._sums(asked)))
        if request.GET.get("count") == "tabs":
            return HttpResponse(drawn("tabs.html", request, **self._tabs(request, asked, True)))
        sorts = self.sorts(asked) if callable(self.sorts) else self.sorts
        sorts = {"": sorts} if isinstance(sorts, Sort) else sorts
        sort = sorts.get(request.GET.get("sort")) or next(iter(sorts.values()))
        context = {
            **listed(request, _KeptRows(self, asked), sort),
            "listing": self,
            "filter": asked.panel,
            "tab": asked.tab,
            "sort": sort,
            "sorts": sorts,
        }
        if self.load:
            self.load(context["page"], asked)
        n, total = len(context["page"]), context["total"]
        in_all = ngettext("%(n)s in all", "%(n)s in all", total)
        in_all = in_all if context["total_is_exact"] else gettext("%(n)s+ in all")
        rows = ngettext("%(n)s row on this page", "%(n)s rows on this page", n)
        context |= {"total_words": in_all % {"n": total}, "rows_words": rows % {"n": n}}
        context["sums_later"] = context["total_is_exact"] and self._is_summed(asked)
        shown = context | self._around(request, asked)
        if asks_for_part(request):
            return varying(HttpResponse(drawn("rows.html", request, **shown)))
        context |= {"body": drawn("list.html", request, **shown), "crumbs": shown["crumbs"]}
        return varying(render(request, "portal/listing.html", context))

    def _is_summed(self, asked):
        return bool(self.sums and asked.chips and self.sums_in in ("", asked.tab))

    def _sums(self, asked):
        return self.sums(asked) if self.sums and self._is_summed(asked) else ""

    def _around(self, request, asked):
        """Return the template context other than the rows."""
        user = asked.user
        begin = self._begin(user)
        tab = {self.address.tab_name: asked.tab} if asked.tab else {}
        tab |= {"view": asked.view} if asked.view else {}
        left_out = {*PAGING, *tab}
        crumbs = [self.area.crumb] if self.area else []
        crumbs += [(label, to and address(to)) for label, to in self.way]
        return {
            "columns": shown_columns(self, asked),
            "chips": asked.chips,
            "shape": lists.shape(user, self.url_name, request.GET),
            "crumbs": [*crumbs, (self.title, "")],
            "intro": self.intro(asked) if callable(self.intro) else self.intro,
            "heading": self.heading(asked) if self.heading else self.title,
            "kept": [one for one in request.GET.items() if one[0] not in left_out],
            "tab_kept": tab,
            "buttons": [one.on(asked) for one in self.buttons if allows(one.may, user)],
            "begin": begin and begin.on(asked),
            "beginnings": self.beginnings(asked) if self.beginnings else [],
            "below": [one.on(asked) for one in self.below if allows(one.may, user)],
            "export": self.export and self._exporting(self.export, asked),
            "hint": self.hint and self.hint(asked),
            "bulk": self.bulk and self.bulk.acts(asked),
            "bulk_label": self.bulk and self.bulk.label,
            "empty": self.empty_words(asked),
            **self._tabs(request, asked, False),
        }

    def _tabs(self, request, asked, is_counting):
        """Return the tabs with their numbers; slow ones are counted in a separate request."""
        # In a search, each number takes another search.
        is_later = bool(self.counted or self.counts) and asked.has_words
        # Numbers already counted to choose the tab.
        numbers = dict(asked.numbers)
        if is_counting or not is_later:
            # Not everybody has every tab.
            numbers |= {
                code: self.counts[code](asked) for code in asked.tabs if code in self.counts
            }
        if is_counting:
            numbers |= asked.numbers_in(self.counted)
        return {
            "asked": asked,
            "tab": asked.tab,
            "address": lambda **changes: address_with(request.GET, **changes),
            "tabs": [(code, label, numbers.get(code)) for code, label in asked.tabs.items()],
            "counts_later": (is_later or bool(self.counted)) and not is_counting,
        }

    def _exporting(self, export, asked):
        user = asked.user
        if not allows(export.may, user) or export.tabs and asked.tab not in export.tabs:
            return None
        monthly, others = "", []
        if export.ledger.days:
            monthly = address("new_scheduled_export", export.ledger.name)
        for name, (label, _ledger, may) in export.others.items():
            if allows(may, user):
                others.append((name, label))
        return {
            "url": address(self.exporting),
            "label": export.label,
            "others": others,
            "also": [(one.label, address(to)) for to, one in export.also.items()],
            "monthly": monthly,
        }

    def _begin(self, user):
        return self.begin if self.begin and allows(self.begin.may, user) else None

    def empty_words(self, asked):
        """The title, text and button (or None) of an empty list."""
        begin = self._begin(asked.user)
        for one in self.empty:
            button = begin if one.begins else one.button
            if button and not allows(button.may, asked.user):
                button = None
            if one.fits(asked, button):
                break
        return {"title": one.title, "text": one.text, "button": button and button.on(asked)}


def shown_columns(listing, asked):
    """The columns that this person has chosen and that the tab has."""
    chosen = lists.columns(asked.user, listing.url_name) if listing.url_name in lists.LISTS else {}
    return [
        one
        for one in listing.columns
        if chosen.get(one.code, True) and (one.when is None or one.when(asked))
    ]
