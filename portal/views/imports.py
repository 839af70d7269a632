"""Imports: kinds, a workbook's way from upload to import, and undo."""

import io

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from openpyxl.utils import get_column_letter

from portal import imports
from portal.forms.staff import HeadingsForm, ImportForm, carried_out
from portal.imports import actions as actions
from portal.imports import rules, workbook
from portal.imports.marking import write_template
from portal.models import ImportBatch
from portal.pages.side_list import Area
from portal.pages.web import Sort, download, listed, page_or_part, posted, posted_with_files
from portal.records import audit
from portal.sheets import ledgers
from portal.trust.access import Decision, require
from portal.views.pieces import ask, require_form

ABOVE = (_("Imports"), "imports")
SORT = Sort(_("newest first"), "created_at")
BY_ROW = Sort(_("by row"), "row", descending=False)


@require_safe
def import_list(request):
    """The kinds that may be imported, with templates, and the user's earlier imports."""
    kinds = imports.kinds_for(request.user)
    if not kinds:
        require(Decision(_("Your roles may not import anything.")))
    rows = ImportBatch.objects.visible_to(request.user).for_list()
    context = {
        **listed(request, rows, SORT),
        "kinds": kinds,
        "labels": {kind.name: kind.label for kind in imports.REGISTRY.values()},
        "crumbs": [Area.ADMINISTRATION.crumb, (_("Imports"), "")],
    }
    return render(request, "portal/imports.html", context)


def _kind(request, name):
    kind = imports.REGISTRY.get(name)
    if kind is None:
        raise Http404
    require(rules.may_import(request.user, kind))
    return kind


@require_safe
def import_template(request, name):
    kind = _kind(request, name)
    file = io.BytesIO()
    write_template(kind, file)
    file.seek(0)
    return download(file, f"{kind.shown_title}导入模板.xlsx", ledgers.XLSX)


@require_form
def new_import(request, name):
    kind = _kind(request, name)
    form = ImportForm(*posted_with_files(request), user=request.user)
    if batch := carried_out(form, actions.receive, kind=kind, by=request.user):
        return redirect(batch)
    required = "、".join(column.shown for column in kind.columns if column.required)
    how = _(
        "Use the template, or bring your own workbook: its headings are matched once. "
        "First everything is checked; nothing is saved before you accept it."
    )
    if kind.scrub:
        how = _(
            "Bring the list as it was given out. Only columns that the template has are read; who "
            "called, phones and addresses are left out before anything is stored."
        )
    intro = format_html(
        '{} {} <a href="{}" download>{}</a>',
        how,
        _("Columns that must be there: %(columns)s.") % {"columns": required},
        reverse("import_template", args=[kind.name]),
        _("Download the template"),
    )
    title, submit = _("Import: %(kind)s") % {"kind": kind.label}, _("Upload and check")
    return ask(request, form, title, submit, ABOVE, last=kind.label, intro=intro)


def _batch(request, pk):
    mine = ImportBatch.objects.visible_to(request.user).select_related("job", "undone_by")
    return get_object_or_404(mine.defer("record_ids"), pk=pk)


@require_safe
def import_batch(request, pk):
    """The state of an import; its part reloads itself while the work goes on."""
    batch = _batch(request, pk)
    kind = imports.REGISTRY[batch.kind]
    stands = batch.stands
    user = request.user
    context = {
        "batch": batch,
        "kind": kind,
        "stands": stands,
        "failed": stands != batch.state,
        "has_report": actions.report_of(batch) is not None,
        "may_accept": rules.may_accept_import(user, batch),
        "may_match": rules.may_match_headings(user, batch),
        "may_discard": rules.may_discard_import(user, batch),
        "may_undo": rules.may_undo_import(user, batch),
        "told": actions.told_of(batch) if stands == batch.State.CHECKED else [],
        "headings_left_out": _left_out(kind, batch),
        "crumbs": [(_("Imports"), reverse("imports")), (f"{kind.label} {batch.file_name}", "")],
    }
    if batch.problem_count and stands in {batch.State.CHECKED, batch.State.ACCEPTED}:
        context |= listed(request, batch.problems.all(), BY_ROW)
    return page_or_part(request, "portal/import.html", "portal/_import.html", context)


def _left_out(kind, batch):
    """Headings of the workbook that are not imported."""
    taken = {place for name, place in batch.mapping.items() if not kind.column(name).is_left_out}
    return [h for place, h in enumerate(batch.headings) if h and place not in taken]


@require_form
def match_headings(request, pk):
    batch = _batch(request, pk)
    require(rules.may_match_headings(request.user, batch))
    kind = imports.REGISTRY[batch.kind]
    offered = [
        (str(place), f"{get_column_letter(place + 1)}  {heading}")
        for place, heading in enumerate(batch.headings)
        if heading
    ]
    proposed = batch.mapping or workbook.propose(kind, batch.headings)
    known = {"user": request.user, "kind": kind, "offered": offered, "proposed": proposed}
    form = HeadingsForm(posted(request), **known)
    if carried_out(form, actions.match_headings, batch=batch, by=request.user, at=timezone.now()):
        return redirect(batch)
    title, submit = _("Match the headings"), _("Check with these headings")
    intro = _(
        "Sheet “%(sheet)s”, headings in row %(row)s. Say which heading of your workbook means "
        "what; it is remembered for workbooks with the same headings."
    ) % {"sheet": batch.sheet, "row": batch.header_row}
    page = {"between": [(batch.file_name, batch.get_absolute_url())], "last": _("Headings")}
    return ask(request, form, title, submit, ABOVE, back=batch, intro=intro, **page)


@require_safe
def import_report(request, pk):
    """The workbook that was brought, with its bad cells marked."""
    batch = _batch(request, pk)
    path = actions.report_of(batch)
    if path is None:
        raise Http404
    audit.record("import.report_downloaded", on=batch, by=request.user)
    name = batch.file_name.rsplit(".", 1)[0]
    return download(path.open("rb"), f"{name}-标注.xlsx", ledgers.XLSX)


def _act(request, pk, action):
    batch = _batch(request, pk)
    try:
        action(batch=batch, by=request.user)
    except ValidationError as problem:
        for sentence in problem.messages:
            messages.error(request, sentence)
    return redirect(batch)


@require_POST
def accept_import(request, pk):
    return _act(request, pk, actions.accept)


@require_POST
def discard_import(request, pk):
    return _act(request, pk, actions.discard)


@require_POST
def undo_import(request, pk):
    return _act(request, pk, actions.undo)
