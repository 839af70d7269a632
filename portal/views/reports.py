"""Statistics and their reported editions, headings of sheets, monthly sheets."""

import io
import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from portal import editions as reports
from portal import rules
from portal.actions import reports as actions
from portal.forms.reports import (
    EditionForm,
    HeadingForm,
    PaperForm,
    ScheduleForm,
    StatisticsForm,
    TakeInForm,
)
from portal.forms.staff import carried_out
from portal.models import LedgerPaper, ReportedEdition, ScheduledExport
from portal.pages.web import PAGING, add_errors, download, posted, posted_with_files
from portal.records import audit
from portal.records.seen import seen
from portal.sheets import ledgers
from portal.sheets import statistics as counting
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject
from portal.sheets.wording import worded
from portal.tools import languages
from portal.tools.replica import reads_at_replica
from portal.trust.access import require
from portal.views.pieces import ask, require_form

# Changed rows of an edition whose records are looked up; further rows show only numbers.
EXPLAINED_ROWS = 50
RECORDS_NAMED = 10
SHEETS = _("Sheets and reports")
ABOVE_EDITIONS = (_("Reported editions"), "editions")


# --- The counted table --------------------------------------------------------------------------


def _counted(subject, by, period):
    """Return (table, its context for the template)."""
    table = counting.count(subject, by, period)
    columns = {column.key: i for i, column in enumerate(table.columns)}
    heads, labels, picked = [], [], []
    for column, heading, is_own in reports.shown_columns(period):
        title = heading if is_own else column.title
        heads.append((title, column.unit_title))
        labels.append(_label(title, column.unit_title, column.unit))
        picked.append((columns[column.key], column))

    def line(row):
        cells = [
            (_words(row.cells[i], column.unit), table.link(column, row)) for i, column in picked
        ]
        return row.name, _labelled(labels, cells)

    return table, {
        "heads": heads,
        "total": line(table.total),
        "lines": [line(row) for row in table.rows],
    }


def _words(cell, unit):
    if cell is None:
        return "—"
    if isinstance(cell, list):
        return counting.share_words(cell)
    n = counting.in_unit(cell, unit)
    return f"{n:.2f}" if unit == counting.WAN else str(n)


def _head(stored):
    """Return (heading, unit) of a stored column as reported, without repeating a unit. Readers of
    another language get the portal's headings and units in it."""
    heading, unit = stored["heading"], stored["unit"]
    mine = counting.column_of(stored["key"])
    if mine and languages.is_english():
        return mine.title if mine.heading == heading else heading, mine.unit_title
    return heading, "" if f"（{unit}）" in heading else unit


def _label(heading, unit_shown, unit):
    """Return the label beside a number on a phone: money with its unit."""
    if unit not in counting.MONEY or not unit_shown:
        return heading
    return _("%(heading)s (%(unit)s)") % {"heading": heading, "unit": unit_shown}


def _labelled(labels, cells):
    return [(label, words, link) for label, (words, link) in zip(labels, cells, strict=True)]


def _kept(edition):
    """Return the template context of a stored table."""
    values = edition.table
    heads = [_head(column) for column in values["columns"]]
    units = [column["unit"] for column in values["columns"]]
    labels = [_label(head, said, unit) for (head, said), unit in zip(heads, units, strict=True)]

    def line(name, cells):
        shown = zip(cells, units, strict=True)
        return name, _labelled(labels, [(_words(cell, unit), "") for cell, unit in shown])

    return {
        "heads": heads,
        "total": line(_("Total"), values["total"]),
        "lines": [line(row["name"], row["cells"]) for row in values["rows"]],
        "outside": [line(row["name"], row["cells"]) for row in values["outside"]],
        "outside_total": values["outside"]
        and line(_("Total reported from outside"), values["outside_total"]),
    }


@require_safe
@reads_at_replica
def statistics(request):
    require(rules.may_read_statistics(request.user))
    form = StatisticsForm(request.GET, user=request.user)
    context = {
        "form": form,
        "unknown": form.unknown,
        "address": request.GET.urlencode(),
        "crumbs": [(SHEETS, ""), (_("Statistics"), "")],
    }
    if not form.is_valid():
        return render(request, "portal/statistics.html", context, status=422)
    asked = form.cleaned_data
    table, shown = _counted(asked["subject"], asked["by"], asked["period"])
    context |= {
        "shown": shown,
        "period": asked["period"],
        "name": asked["subject"].name,
        "is_over": asked["period"].last < request.user.today,
        "is_all_zero": table.is_all_zero,
        # With all parameters, so that locking and nil reports are about exactly this table.
        "exact": _address(asked),
    }
    return render(request, "portal/statistics.html", context)


def _address(asked):
    subject, period = asked["subject"], asked["period"]
    query = QueryDict(mutable=True)
    query.update({"first": str(period.first), "last": str(period.last), "rows": asked["by"]})
    for name in ("division", "organ"):
        if getattr(subject, name):
            query[name] = getattr(subject, name).pk
    if subject.organ:
        query["side"] = "hosted" if subject.is_hosted else "sent"
    return query.urlencode()


@require_POST
def export_statistics(request):
    """Export the 情况统计表 that the page shows; a worker writes it."""
    require(rules.may_read_statistics(request.user))
    filters = {k: v for k, v in request.GET.items() if v}
    return redirect(ledgers.start_export(reports.STATISTICS, filters=filters, by=request.user))


# --- Editions -----------------------------------------------------------------------------------


@seen
def _visible(user):
    return ReportedEdition.objects.visible_to(user).select_related(
        "asked_by", "division", "organ", "replaces", "replaced_by"
    )


def _crumbs(here, *above):
    return [(_("Reported editions"), reverse("editions")), *above, (here, "")]


@require_safe
def edition(request, pk):
    user, edition = request.user, _visible(request.user, pk)
    contained = edition.contains.visible_to(user).select_related("replaced_by")
    context = {
        "edition": edition,
        "shown": _kept(edition),
        "is_whole": reports.digest(edition.table) == edition.digest,
        "contained": [
            (one, _against(edition, one)) for one in contained.order_by("unit_name", "pk")
        ],
        "correction": getattr(edition, "replaced_by", None),
        "may_correct": rules.may_correct_edition(user, edition),
        "crumbs": [(SHEETS, ""), *_crumbs(edition.unit_name)],
    }
    return render(request, "portal/edition.html", context)


def _row_of(breakdown, part):
    """Return the key of the row that counts what this part counted, None if there can be none."""
    if breakdown == "area":
        return None if part.organ_id else part.division_id
    of_organ = {"organ": not part.is_hosted, "host": part.is_hosted}
    return part.organ_id if of_organ.get(breakdown) else None


def _against(edition, part):
    """[(heading, here, there)] where the row of a part differs from the part's own edition; None
    if it has no row here."""
    key = _row_of(edition.breakdown, part)
    row = next((row for row in edition.table["rows"] if key and row["key"] == key), None)
    if part.is_outside or row is None:
        return None
    theirs = _by_key(part.table["columns"], part.table["total"])
    found = []
    for column, here in zip(edition.table["columns"], row["cells"], strict=True):
        there, unit = theirs.get(column["key"], here), column["unit"]
        if there != here:
            found.append((_head(column)[0], _words(here, unit), _words(there, unit)))
    return found


@transaction.non_atomic_requests  # the action opens one, for a consistent snapshot
@require_form
def new_edition(request):
    require(rules.may_read_statistics(request.user))
    asked = StatisticsForm(request.GET, user=request.user)
    if not asked.is_valid():
        messages.error(request, _("Choose area, rows and period first."))
        return redirect(f"{reverse('statistics')}?{request.GET.urlencode()}")
    asked = asked.cleaned_data
    return _lock(request, asked["subject"], asked["by"], asked["period"])


@transaction.non_atomic_requests
@require_form
def correct_edition(request, pk):
    edition = _visible(request.user, pk)
    require(rules.may_correct_edition(request.user, edition))
    subject, period = Subject.of_record(edition), Period(edition.first, edition.last)
    return _lock(request, subject, edition.breakdown, period, replaces=edition)


def _lock(request, subject, breakdown, period, replaces=None):
    form = EditionForm(posted(request), user=request.user, replaces=replaces)
    known = {"subject": subject, "breakdown": breakdown, "period": period, "replaces": replaces}
    known |= {"by": request.user, "at": timezone.now()}
    if locked := carried_out(form, actions.lock_edition, **known):
        messages.success(request, _("Locked. Later changes are shown under “Changes since”."))
        return redirect(locked)
    with ledgers.one_moment():
        _table, shown = _counted(subject, breakdown, period)
    title = _("Correct an edition") if replaces else _("Lock an edition")
    context = {
        "title": title,
        "form": form,
        "replaces": replaces,
        "name": subject.name,
        "period": period,
        "shown": shown,
        "locking": rules.may_report(period, on=request.user.today),
        "crumbs": _crumbs(title),
    }
    status = 422 if form.is_bound else 200
    return render(request, "portal/new_edition.html", context, status=status)


@transaction.non_atomic_requests
@require_POST
def state_nothing(request):
    require(rules.may_read_statistics(request.user))
    form = StatisticsForm(request.GET, user=request.user)
    back = f"{reverse('statistics')}?{request.GET.urlencode()}"
    if not form.is_valid():
        return redirect(back)
    asked = form.cleaned_data
    known = {"subject": asked["subject"], "breakdown": asked["by"], "period": asked["period"]}
    try:
        edition = actions.state_nothing(**known, by=request.user, at=timezone.now())
    except (ValidationError, PermissionDenied) as refusal:
        said = getattr(refusal, "messages", None) or [str(refusal)]
        messages.error(request, " ".join(said))
        return redirect(back)
    return redirect(edition)


@require_form
def take_in_edition(request):
    require(rules.may_read_statistics(request.user))
    form = TakeInForm(*posted_with_files(request), user=request.user)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            edition = actions.take_in_edition(
                content=given.pop("workbook").read(reports.LARGEST_WORKBOOK + 1),
                by=request.user,
                at=timezone.now(),
                **given,
            )
        except reports.WrongWorkbook as problem:
            form.add_error("workbook", str(problem))
        except ValidationError as problem:
            add_errors(form, problem)
        except PermissionDenied as refusal:
            form.add_error("division", str(refusal))
        else:
            return redirect(edition)
    title, submit = _("Take in an edition from outside"), _("Take it in")
    intro = _(
        "The report of a unit that is not on this portal. It stands in rows and a total of "
        "its own, beside what is counted here and never in it."
    )
    return ask(request, form, title, submit, ABOVE_EDITIONS, last=_("Take in"), intro=intro)


@require_safe
def edition_file(request, pk):
    """The official sheet again, from the stored rows."""
    edition = _visible(request.user, pk)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "edition.xlsx"
        reports.write_edition(edition, target)
        content = target.read_bytes()
    audit.record("edition.downloaded", on=edition, by=request.user)
    return download(io.BytesIO(content), f"{edition.title}.xlsx", ledgers.XLSX)


@require_safe
def edition_changes(request, pk):
    """Numbers that would differ today, and records that may have caused it."""
    edition = _visible(request.user, pk)
    above = (edition.unit_name, edition.get_absolute_url())
    context = {"edition": edition, "crumbs": _crumbs(_("Changes"), above)}
    if not edition.is_outside:
        context["rows"] = _changed_rows(edition)
    return render(request, "portal/edition_changes.html", context)


def _changed_rows(edition):
    """[{name, cells: [(heading, reported, today)], records}]; records None if not looked up."""
    period = Period(edition.first, edition.last)
    table = counting.count(Subject.of_record(edition), edition.breakdown, period)
    columns, counted = edition.table["columns"], {column.key: column for column in table.columns}
    zeros = {key: _nothing(column) for key, column in counted.items()}
    today = {row.key: (row.name, _by_key(table.columns, row.cells)) for row in table.rows}
    reported = {
        row["key"]: (row["name"], _by_key(columns, row["cells"])) for row in edition.table["rows"]
    }
    changed = []
    then, now = edition.table["total"], table.total.cells
    if total := _differences(columns, _by_key(columns, then), _by_key(table.columns, now), zeros):
        changed.append({"name": _("Total"), "cells": total, "records": []})
    for key in {**reported, **today}:
        name, then = reported.get(key, (today.get(key, ("",))[0], {}))
        cells = _differences(columns, then, today.get(key, ("", {}))[1], zeros)
        if cells:
            changed.append({"key": key, "name": name, "cells": cells, "records": None})
    for row in [row for row in changed if "key" in row][:EXPLAINED_ROWS]:
        row["records"] = counting.touched(
            table.layout, period, row["key"], edition.asked_at, limit=RECORDS_NAMED
        )
    return changed


def _by_key(columns, cells):
    keys = [c["key"] if isinstance(c, dict) else c.key for c in columns]
    return dict(zip(keys, cells, strict=True))


def _nothing(column):
    """The cell of a column in a row with nothing in it."""
    if column.is_given:
        return None
    return [0, 0] if column.is_share else 0


def _differences(columns, then, now, zeros):
    """Return [(heading, before, after)]. A missing row counts as `zeros`; a column missing there is
    no longer counted and makes no difference."""
    found = []
    for column in columns:
        key, unit = column["key"], column["unit"]
        if key not in zeros:
            continue
        before, after = (_words(cells.get(key, zeros[key]), unit) for cells in (then, now))
        # Compared as displayed: a withheld rate and a rate of nothing are the same dash.
        if before != after:
            found.append((_head(column)[0], before, after))
    return found


# --- Headings -----------------------------------------------------------------------------------


@require_safe
def headings(request):
    """Every official sheet with its columns as this installation prints them."""
    require(rules.may_read_statistics(request.user))
    papers = dict(LedgerPaper.objects.values_list("ledger", "paper"))
    context = {
        "sheets": [
            {
                "name": name,
                "title": ledgers.shown_title(ledger),
                "columns": _headings_of(ledger),
                "paper": papers.get(name, ""),
            }
            for name, ledger in ledgers.in_use().items()
        ],
        "may_set": rules.may_set_headings(request.user),
        "crumbs": [(SHEETS, ""), (_("Headings of sheets"), "")],
    }
    return render(request, "portal/headings.html", context)


def _headings_of(ledger):
    originals = [worded(column.heading) for column in ledger.columns]
    return [
        {
            "index": index,
            "heading": column.heading,
            "group": column.group,
            "original": originals[index],
            "is_left_out": ledgers.is_left_out(column, row),
            "row": row,
        }
        for index, column, row in ledgers.headings(ledger)
    ]


def _ledger(name):
    ledger = ledgers.in_use().get(name)
    if ledger is None:
        raise Http404
    return ledger


@require_form
def set_heading(request, name, index):
    require(rules.may_set_headings(request.user))
    ledger = _ledger(name)
    if index >= len(ledger.columns):
        raise Http404
    column = ledger.columns[index]
    row = next(row for at, _column, row in ledgers.headings(ledger) if at == index)
    initial = HeadingForm.initial_of(row, column, ledgers.default_place(index))
    form = HeadingForm(posted(request), user=request.user, initial=initial)
    known = {"ledger": ledger, "index": index, "by": request.user, "at": timezone.now()}
    if carried_out(form, actions.set_heading, **known):
        return redirect("headings")
    above = (_("Headings of sheets"), "headings")
    intro = _("A column of %(sheet)s. Empty fields are as in the portal's own sheet.")
    sheet = ledgers.shown_title(ledger)
    page = {"last": sheet, "intro": intro % {"sheet": sheet}}
    return ask(request, form, column.heading, _("Set"), above, **page)


@require_form
def set_paper(request, name):
    require(rules.may_set_headings(request.user))
    ledger = _ledger(name)
    initial = {"paper": ledgers.chosen_paper(ledger)}
    form = PaperForm(posted(request), user=request.user, initial=initial)
    known = {"ledger": ledger, "by": request.user, "at": timezone.now()}
    if carried_out(form, actions.set_paper, **known):
        return redirect("headings")
    above = (_("Headings of sheets"), "headings")
    title = _("Paper of %(sheet)s") % {"sheet": ledgers.shown_title(ledger)}
    intro = _("Sheets are printed on A4 where their text has at least 8 points, otherwise on A3.")
    return ask(request, form, title, _("Set"), above, last=title, intro=intro)


# --- Monthly sheets -----------------------------------------------------------------------------


@require_form
def new_scheduled_export(request, name):
    """“Send me this sheet every month”: the address has the ledger's name and filters."""
    require(rules.may_schedule_export(request.user))
    ledger = _ledger(name)
    filters = {k: v for k, v in request.GET.items() if v and k not in (*PAGING, "sort")}
    query = QueryDict(mutable=True)
    query.update(filters)
    form = ScheduleForm(posted(request), user=request.user)
    try:
        filtered = ledger.check(request.user, query)
        said = "；".join(f"{label} {words}".strip() for label, words in filtered)
    except ledgers.LedgerProblem as problem:
        messages.error(request, str(problem))
        return redirect("scheduled_exports")
    known = {"ledger": ledger, "filters": filters, "said": said}
    known |= {"by": request.user, "on": request.user.today}
    if carried_out(form, actions.schedule_export, **known):
        return redirect("scheduled_exports")
    title, submit = _("Every month: %(sheet)s"), _("Send it every month")
    intro = _(
        "On its day the portal makes the sheet for you, of what you may see on that day; the "
        "file waits under “Exports” until the next month."
    )
    if said:
        intro += _(" Filters: %(filters)s") % {"filters": said}
    above, sheet = (_("Monthly sheets"), "scheduled_exports"), ledgers.shown_title(ledger)
    return ask(request, form, title % {"sheet": sheet}, submit, above, last=sheet, intro=intro)


@require_POST
def end_scheduled_export(request, pk):
    scheduled = get_object_or_404(ScheduledExport.objects.visible_to(request.user), pk=pk)
    actions.end_scheduled_export(scheduled=scheduled, by=request.user, at=timezone.now())
    return redirect("scheduled_exports")
