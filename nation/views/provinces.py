"""Pages of a nation: provinces, places in them, their sheet, and files that come in."""

import re
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from nation import actions, pages, reading, rules, sheet
from nation.forms import TakeInForm
from nation.models import CellState
from portal.pages.web import download, posted_with_files
from portal.records import audit
from portal.roles import Permission
from portal.tools import asked
from portal.trust.access import require
from portal.views import frame
from portal.views.pieces import ask, require_form

ABOVE = (gettext_lazy("Provinces"), "nation:overview")


@require_safe
def home(request):
    if request.user.holds(Permission.READ_NATION):
        return redirect("nation:overview")
    return frame.home(request)


@require_safe
def overview(request):
    user = request.user
    require(rules.may_read(user))
    within = rules.code_prefixes(user)
    cells = reading.cells(within, at=timezone.now())
    counted = [one for one in cells if one.is_counted]
    year, years = _year(request, counted)
    columns = reading.headings()
    sums = reading.sums(counted, within, year, reading.SHOWN, reading.BY_CELL)
    lines = pages.lines_of_cells(cells, sums, columns)
    months = reading.sums(counted, within, year, reading.SHOWN, reading.BY_MONTH)
    context = {
        "cells": cells,
        "columns": columns,
        "lines": lines,
        "total": pages.total([one for one in lines if not one.is_unknown], columns),
        "months": pages.lines_of_months(year, months, columns),
        "year": year,
        "years": years,
        "behind": pages.behind_notice(cells),
        "may_take_in": rules.may_take_in(user),
        "may_export": rules.may_export(user),
        "crumbs": [(_("Provinces"), "")],
    }
    return render(request, "nation/overview.html", context)


@require_safe
def cell(request, cell):
    return _place_page(request, cell, "")


@require_safe
def place(request, cell, code):
    return _place_page(request, cell, code)


def _place_page(request, cell, code):
    user = request.user
    require(rules.may_read(user))
    here, above = _place(user, cell, code)
    counted = [here.cell] if here.cell.is_counted else []
    year, years = _year(request, counted)
    columns = reading.headings()
    months = reading.sums(counted, here.within, year, reading.SHOWN, reading.BY_MONTH)
    if here.below:
        sums = reading.sums(counted, here.within, year, reading.SHOWN, reading.by_place(here.below))
        lines = pages.lines_of_places(here, sums, columns)
    else:
        sums = reading.sums(counted, here.within, year, reading.SHOWN, reading.BY_CELL)
        lines = [pages.Line(here.name, sums.cells(here.cell.code, columns))] if sums.of else []
    parts = reading.sums(counted, here.within, year, ("matters",), reading.BY_PART)
    context = {
        "here": here,
        "columns": columns,
        "lines": lines,
        "total": pages.total(lines, columns) if here.below else None,
        "months": pages.lines_of_months(year, months, columns),
        "parts": pages.lines_of_parts(parts, "matters"),
        "year": year,
        "years": years,
        "may_export": rules.may_export(user),
        "crumbs": [(_("Provinces"), reverse("nation:overview")), *above, (here.name, "")],
    }
    return render(request, "nation/place.html", context)


def _place(user, cell, code):
    """(the place, crumbs above it), within what the reader's grants open; else 404."""
    within = rules.code_prefixes(user)
    found = {one.code: one for one in reading.cells(within, at=timezone.now())}
    if cell not in found or not re.fullmatch(r"([0-9]{4}|[0-9]{6})?", code):
        raise Http404
    # A reader of one city of a province may not read the rest of the province.
    if not any((code or cell).startswith(one) for one in within):
        raise Http404
    home = found[cell]
    if not code:
        return pages.Place(home, cell, home.name, pages.CITIES), []
    above = ["", code[:4]] if len(code) == 6 else [""]
    names = reading.names_of([code, code[:4]])
    below = pages.COUNTIES if len(code) == 4 else 0
    crumbs = [
        (names.get(one, one) if one else home.name, pages.address(cell, one))
        for one in above
        if any((one or cell).startswith(opened) for opened in within)
    ]
    return pages.Place(home, code, names.get(code, code), below), crumbs


def _year(request, counted):
    """(the year that is shown, years to choose from)."""
    this = request.user.today.year
    years = sorted({this, *reading.years(counted)}, reverse=True)
    wanted = asked.whole_number(request.GET.get("year", ""))
    return wanted if wanted in years else this, years


@require_POST
def export(request):
    """Every figure of every place that the reader's grants open, for one year."""
    user = request.user
    require(rules.may_export(user))
    within = rules.code_prefixes(user)
    cells = [one for one in reading.cells(within, at=timezone.now()) if one.is_counted]
    year, _years = _year(request, cells)
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        target = Path(folder) / "totals.xlsx"
        sheet.write(target, cells, within, year)
        content = target.read_bytes()
    audit.record("nation.exported", by=user)
    return download(
        [content],
        f"{_('Totals of provinces')}-{year}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


@require_form
def take_in(request):
    require(rules.may_take_in(request.user))
    form = TakeInForm(*posted_with_files(request))
    if form.is_bound and form.is_valid():
        try:
            state = actions.take_in(
                form.cleaned_data["totals"].read(settings.UPLOAD_MAX_BYTES + 1),
                user=request.user,
                at=timezone.now(),
            )
        except ValidationError as problem:
            form.add_error("totals", problem.messages)
        else:
            messages.success(request, _taken(state))
            return redirect("nation:overview")
    intro = _(
        "Totals of a province that opens no port. The file is signed with the province's key; an "
        "older file than the last one is not taken in."
    )
    title, submit = _("Take in a province's file"), _("Take it in")
    return ask(request, form, title, submit, ABOVE, last=_("Take in"), intro=intro)


def _taken(state: CellState):
    moment = f"{timezone.localtime(state.as_of):%Y-%m-%d %H:%M}"
    return _("%(cell)s is as of %(moment)s now.") % {"cell": state.cell, "moment": moment}
