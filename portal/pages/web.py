"""Helpers for views: page or part, keyset paging, form pages, downloads."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum, auto
from functools import partial
from typing import Any
from urllib.parse import quote

import segno
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import BooleanField, DateField, DateTimeField, Func, Q
from django.http import FileResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from portal.pages import drafts
from portal.records import audit
from portal.sheets import watermark
from portal.text import Text
from portal.tools import asked, languages
from portal.tools.prepared import Compiled, Place, Statement, among

PAGE_SIZE = 50
# Parameters that select a page of rows.
PAGING = ("after", "before", "jump", "count")
COUNTED_UP_TO = 10_000
# Listing the ids of a frequent word reads every row; its exact count is a separate request.
FOUND_UP_TO = 1_000
# If the planner expects more, ids are not listed: rows with so frequent a word are soon found in
# any order, and listing a thousand ids would be wasted.
EXPECTED_UP_TO = 2_000


def page_or_part(request, page, part, context, *, status=200):
    """Render the whole page, or only its changing part if htmx asks for it."""
    template = part if asks_for_part(request) else page
    return varying(render(request, template, context, status=status))


def asks_for_part(request):
    headers = request.headers
    return bool(headers.get("HX-Request") and not headers.get("HX-History-Restore-Request"))


def varying(response):
    """Mark a response that differs for htmx, so that caches do not mix the two."""
    response.headers["Vary"] = "HX-Request"
    return response


def counted(queryset, up_to=COUNTED_UP_TO):
    """(count, is_exact): exact up to a limit; never an estimate."""
    return count_of(counting(queryset, up_to), up_to)


def counting(queryset, up_to=COUNTED_UP_TO):
    """Return the statement that counts the rows, stopping just above a limit."""
    rows = queryset.order_by().values("pk")[: up_to + 1]
    return Statement(rows, "SELECT COUNT(*) FROM (%s) AS counted")


def count_of(statement, up_to=COUNTED_UP_TO, **named):
    """Run a `counting` statement and return (count, is_exact) as `counted` does."""
    ((count,),) = statement.tuples(**named) or [(0,)]
    return (up_to, False) if count > up_to else (count, True)


def found_by(queryset):
    """Return the ids of the rows that a search finds, or None if there are too many."""
    found = queryset.order_by().values_list("pk")
    statement = Statement(found[: FOUND_UP_TO + 1])
    if not statement.sql:
        return []
    if _expected(Statement(found)) > EXPECTED_UP_TO:
        return None
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        # The planner underestimates the cost of the search column, which is stored out of line.
        settings = "SET LOCAL enable_seqscan = off; SET LOCAL work_mem = '32MB'; "
        cursor.execute(settings + statement.sql, statement.values)
        ids = [pk for (pk,) in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL work_mem TO DEFAULT")
    return ids if len(ids) <= FOUND_UP_TO else None


def _expected(statement):
    """Return how many rows the planner expects by the table's statistics; takes under a
    millisecond."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.values)
        ((plans,),) = cursor.fetchall()
    return plans[0]["Plan"]["Plan Rows"]


@dataclass(frozen=True)
class Sort:
    """A named order by one or several columns, then the id; all in one direction, so that one index
    and one comparison of rows can serve it."""

    label: Text
    field: str | tuple[str, ...]
    descending: bool = True

    @property
    def fields(self):
        return (self.field,) if isinstance(self.field, str) else self.field

    def order(self, *, backwards=False):
        sign = "-" if self.descending != backwards else ""
        return [f"{sign}{name}" for name in (*self.fields, "id")]


def by_day(field):
    """Return the sorts of a list by a day that every row has; one index serves both."""
    return {
        "newest": Sort(_("newest first"), field),
        "oldest": Sort(_("oldest first"), field, descending=False),
    }


class _RowComparison(Func):
    """(column, …, id) < (value, …, id): an index answers this comparison on any page."""

    output_field = BooleanField()  # pyright: ignore[reportAssignmentType]  # as Django does

    def __init__(self, *expressions, operator):
        super().__init__(*expressions)
        self.operator = operator

    def as_sql(self, compiler, connection, **extra):
        compiled = [compiler.compile(one) for one in self.source_expressions]
        parts, half = [sql for sql, _values in compiled], len(compiled) // 2
        sql = f"({', '.join(parts[:half])}) {self.operator} ({', '.join(parts[half:])})"
        return sql, [value for _sql, values in compiled for value in values]


def address_with(query, **changes):
    """The address with some parameters changed, at its first page; None removes one."""
    query = query.copy()
    for name in PAGING:
        query.pop(name, None)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"


class Rows:
    """The rows of a list, read by statements that are built for this page only."""

    # Values passed to every statement when it runs.
    named: dict = {}  # noqa: RUF012 (replaced, never changed)
    # Their ids, if known before the list is read.
    found: list | None = None

    def __init__(self, queryset):
        self.queryset = queryset

    def among(self, found):
        """Narrow to the rows with these ids."""
        return Rows(self.queryset.filter(pk__in=found))

    def model(self):
        return self.queryset.model

    def statement(self, name, make):
        """Return `make(queryset)`; the result must depend only on the rows and this name."""
        return make(self.queryset)

    def ids(self, statement, **wanted):
        """Return the ids that a statement finds."""
        return [pk for (pk,) in statement.tuples(**self.named, **wanted)]

    def read(self, ids):
        """Return the rows with these ids, which a statement has found."""
        return self.statement(("rows",), with_ids).rows(**self.named, ids=ids)


class Part(Enum):
    """Rows that one statement finds: all, or those from a cursor on. If a value may be missing,
    also those from an empty cursor on, all without a value, or all with one."""

    ALL = auto()
    FROM = auto()
    FROM_EMPTY = auto()
    EMPTY = auto()
    VALUED = auto()


class KeysetPage:
    """Fifty rows from a cursor on; `?after=` and `?before=` carry the values and id of a row.

    Columns of the sort must not be NULL, except a single one in ascending order, whose NULLs stand
    last; joined ones are named with `__` and loaded with the row.
    """

    def __init__(self, rows, sort, query, *, size=PAGE_SIZE):
        self.sort, self.query = sort, query
        model = rows.model()
        self.columns = [_column(model, name) for name in sort.fields]
        backwards = "before" in query
        cursor = self._cursor(query.get("before") or query.get("after") or query.get("jump", ""))
        # Find the ids first, then read the rows: joins are made for one page instead of all sorted
        # rows.
        columns = zip([*self.columns, model._meta.pk], cursor or (), strict=bool(cursor))
        wanted = {
            f"value{n}": column.get_db_prep_value(value, connection)
            for n, (column, value) in enumerate(columns)
        }
        found = []
        for part in self._parts(cursor, backwards):
            if len(found) <= size:
                shape = (sort.fields, sort.descending, backwards, part, size)
                ids = rows.statement(("ids", *shape), partial(_ids, shape))
                found += rows.ids(ids, **wanted)
        found = found[: size + 1]
        more = len(found) > size
        by_pk = {row.pk: row for row in rows.read(found[:size])} if found else {}
        self.rows = [by_pk[pk] for pk in found[:size] if pk in by_pk]
        if backwards:
            self.rows.reverse()
        self.has_previous = more if backwards else bool(cursor)
        self.has_next = bool(backwards) or more
        self.is_whole = not cursor and not more

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)

    def _parts(self, cursor, backwards):
        """Return the parts that hold the rows from the cursor on. No comparison finds rows without
        a value."""
        if not cursor:
            return [Part.ALL]
        if cursor[0] is None:
            return [Part.FROM_EMPTY, Part.VALUED] if backwards else [Part.FROM_EMPTY]
        return [Part.FROM, Part.EMPTY] if self._ends_empty and not backwards else [Part.FROM]

    @property
    def _ends_empty(self):
        """Whether rows without a value may stand at the end."""
        return len(self.columns) == 1 and self.columns[0].null and not self.sort.descending

    def _cursor(self, text):
        parts = text.split("~")
        try:
            if len(parts) == 1:
                # A jump is only a day; the cursor stands before all rows of that day.
                day = asked.day(text)
                return day and self._day(day)
            values = [
                _from_text(column, part)
                for column, part in zip(self.columns, parts[:-1], strict=True)
            ]
        except (ValueError, TypeError, ValidationError):
            return None
        number = asked.whole_number(parts[-1])
        is_empty = self._ends_empty and parts[0] == ""
        return None if number is None or None in values and not is_empty else (*values, number)

    def _day(self, day):
        (column,) = self.columns
        if isinstance(column, DateTimeField):
            day = datetime.combine(day, time.max if self.sort.descending else time.min)
            day = timezone.make_aware(day)
        elif not isinstance(column, DateField):
            return None
        return day, 2**62 if self.sort.descending else 0

    def _link(self, name, row):
        values = [_value(row, path) for path in self.sort.fields]
        return address_with(self.query, **{name: "~".join([*map(_as_text, values), str(row.pk)])})

    @property
    def next_link(self):
        return self._link("after", self.rows[-1]) if self.rows and self.has_next else ""

    @property
    def previous_link(self):
        return self._link("before", self.rows[0]) if self.rows and self.has_previous else ""


def _ids(shape, queryset):
    """Return the statement of the ids of one page, or of part of one."""
    fields, descending, backwards, part, size = shape
    sign, operator = ("-", "<") if descending != backwards else ("", ">")
    rows = queryset.order_by(*[f"{sign}{name}" for name in (*fields, "id")])
    empty, places = Q(**{f"{fields[0]}__isnull": True}), range(len(fields) + 1)
    if part is Part.FROM:
        wanted = [Place(f"value{n}") for n in places]
        rows = rows.filter(_RowComparison(*fields, "id", *wanted, operator=operator))
    elif part is Part.FROM_EMPTY:
        beside = _RowComparison("id", Place(f"value{places[-1]}"), operator=operator)
        rows = rows.filter(empty, beside)
    elif part is not Part.ALL:
        rows = rows.filter(empty if part is Part.EMPTY else ~empty)
    return Statement(rows.values_list("pk")[: size + 1])


def with_ids(queryset):
    """Return the statement of the rows whose ids are given when it runs."""
    return Compiled(queryset.order_by().filter(among("pk", "ids")))


def _column(model, path):
    *joins, name = path.split("__")
    for join in joins:
        model = model._meta.get_field(join).related_model
    field = model._meta.get_field(name)
    return field.target_field if field.is_relation else field


def _value(row, path):
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _as_text(value):
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _from_text(column, text):
    if isinstance(column, DateTimeField):
        return asked.moment(text)
    if isinstance(column, DateField):
        return asked.day(text)
    value = column.to_python(text)
    # Numbers outside the column's range are as wrong as words.
    column.run_validators(value)
    return value


def listed(request, rows, sort, *, size=PAGE_SIZE):
    """The context of a list's rows: one page of them and the total."""
    rows = rows if isinstance(rows, Rows) else Rows(rows)
    searched = bool(request.GET.get("q"))
    found = found_by(rows.queryset) if searched else rows.found
    if found is not None:
        # Sort the few found rows; the planner would otherwise scan from the newest row on.
        rows = rows.among(found)
    page = KeysetPage(rows, sort, request.GET, size=size)
    if page.is_whole:
        total, is_exact = len(page), True
    elif found is not None:
        total, is_exact = len(found), True
    elif searched:
        total, is_exact = FOUND_UP_TO, False
    else:
        total, is_exact = count_of(rows.statement(("count",), counting), **rows.named)
    return {"page": page, "total": total, "total_is_exact": is_exact}


def exact_total(request, rows, sums=""):
    """Render the exact count of a long list, with the sums of its rows, if the request asks for
    it."""
    if request.GET.get("count") != "exact":
        return None
    context = {"total": rows.order_by().count(), "total_is_exact": True, "sums": sums}
    return render(request, "components/total.html", context)


def posted(request):
    """The posted data for a form, None on a GET."""
    return request.POST if request.method == "POST" else None


def sent_key(request):
    """Return a key of a form and its content, equal only if it is sent again unchanged; None if the
    form has no key."""
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None
    content = {name: request.POST.getlist(name) for name in request.POST}
    content.pop("csrfmiddlewaretoken", None)
    content["files"] = [
        (one.name, _digest_of(one)) for name in request.FILES for one in request.FILES.getlist(name)
    ]
    return uuid.uuid5(key, audit.digest(content))


def _digest_of(file):
    """The digest of an upload, which is rewound afterwards."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def form_page(request, form, *, template="components/form_page.html", **context):
    """A page with one form; status 422 if it shows errors."""
    context = {"intro": "", "form": form, **drafts.frame(request, form), **context}
    status = 422 if form.is_bound and request.method == "POST" else 200
    return render(request, template, context, status=status)


def sheet_page(request, template, context, *, status=200, about=None, at=None):
    """Render an official sheet to print, in Chinese whatever the reader's language. Pass a context
    that formats words as a function.

    `about` is the record whose people's data the sheet shows: printing is then audited, and each
    page names who printed it, when, and the number of the audit entry.
    """
    with translation.override(languages.chinese()):
        given: Any = context() if callable(context) else context
        if about is not None:
            entry = audit.record("sheet.printed", by=request.user, on=about, values=request.path)
            line = watermark.printed(request.user, timezone.localtime(at), entry.pk)
            given = given | {"watermark": line}
        return render(request, template, given, status=status)


def download(file, name, content_type):
    """A file as an attachment with a (Chinese) name, never sniffed or cached."""
    response = FileResponse(file, as_attachment=True, content_type=content_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def back(request, otherwise="home"):
    """Return the page that the form names in `next`, if it is on this site."""
    target = request.POST.get("next", "")
    if target.startswith("/") and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return reverse(otherwise)


def posted_with_files(request):
    """(data, files) for a form with uploads; (None, None) on a GET."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def add_errors(form, problem):
    """Add an action's errors to the fields they name, else above the form."""
    by_field = getattr(problem, "error_dict", None) or {None: problem.error_list}
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, errors)


def tabbed(filtered, tab, tabs, sort):
    """The context of a list with tabs and one sort."""
    shown = [{"code": code, "label": label, "current": code == tab} for code, label in tabs.items()]
    return {"filter": filtered, "tab": tab, "tabs": shown, "sorts": [(tab, sort)], "sort": sort}


def qr(address):
    """A QR code as SVG without inline styles, which the content policy refuses."""
    return segno.make(address, error="m", micro=False).svg_inline(
        scale=1, border=2, svgclass="qr", lineclass=None, omitsize=True
    )
