"""Imports: kinds, a workbook's way from upload to import, and undo."""

import io
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe
from openpyxl.utils import get_column_letter

from portal import imports
from portal.forms.imports import HeadingsForm, ImportForm, SheetsForm, ValuesForm
from portal.forms.staff import carried_out
from portal.imports import actions as actions
from portal.imports import rules, workbook
from portal.imports.marking import write_template
from portal.models import ImportBatch
from portal.pages.side_list import Area
from portal.pages.web import Sort, download, listed, page_or_part, posted, posted_with_files
from portal.records import audit
from portal.sheets import ledgers
from portal.tools import asked, languages
from portal.trust.access import Decision, require
from portal.views.pieces import ask, require_form

ABOVE = (_("Imports"), "imports")
SORT = Sort(_("newest first"), "created_at")
BY_ROW = Sort(_("by row"), ("batch_id",), descending=False)
BY_ID = Sort(_("in the order of entry"), ("id",), descending=False)


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
    mine = ImportBatch.objects.visible_to(request.user).filter(kind=kind.name)
    # A corrected workbook is brought for the same reason.
    before = asked.row(request.GET, "after", mine.defer("record_ids"))
    initial = {"reason": before.reason, "document": before.document} if before else {}
    form = ImportForm(*posted_with_files(request), user=request.user, initial=initial)
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
        '{}<br>{} <a href="{}" download>{}</a>',
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
    """The state of an import; part of the page reloads itself while the job runs."""
    batch = _batch(request, pk)
    kind = imports.REGISTRY[batch.kind]
    stands = batch.stands
    user = request.user
    is_checked = stands == batch.State.CHECKED
    is_open = is_checked or stands == batch.State.UNMAPPED
    told = actions.told_of(batch) if is_checked else []
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
        "told": told,
        "has_named": any(how in {"named", "masked"} for *_where, how in told),
        "has_private": any(how == "private" for *_where, how in told),
        "checked_in": _other_language(batch),
        "unasked": [one for one in batch.asked if "means" not in one],
        "steps": _steps(batch, user),
        "sheets": [one for one in batch.sheets if one["chosen"] or is_open],
        "preview": _preview(batch, kind) if is_checked else None,
        "headings_left_out": _left_out(kind, batch),
        "rows_url": _rows_url(batch, kind),
        "taken_out": batch.good_count - len(batch.record_ids) if batch.obstacles else 0,
        "crumbs": [(_("Imports"), reverse("imports")), (f"{kind.label} {batch.file_name}", "")],
    }
    if batch.problem_count and stands in {batch.State.CHECKED, batch.State.ACCEPTED}:
        context |= listed(request, batch.problems.all(), BY_ROW)
    return page_or_part(request, "portal/import.html", "portal/_import.html", context)


def _other_language(batch):
    """The name of the language that the problems are written in, if the page is in another."""
    said = next((one["language"] for one in batch.sheets if one.get("language")), "")
    if not said or languages.base(said) == languages.base():
        return ""
    return dict(settings.LANGUAGES)[languages.base(said)]


def _steps(batch, user):
    """Return [(label, what was found, address or none, whether it is next)] of the five steps."""
    stands, taken = batch.stands, batch.taken_sheets
    is_open = stands in {batch.State.UNMAPPED, batch.State.CHECKED}
    may_match = rules.may_match_headings(user, batch)
    unasked = sum("means" not in one for one in batch.asked)
    words = _("%(n)s of %(all)s") % {"n": len(taken), "all": len(batch.sheets)}
    is_mapped = stands != batch.State.UNMAPPED
    said = _("nothing to ask")
    if unasked:
        said = _("%(n)s not known") % {"n": unasked}
    elif batch.asked:
        said = _("%(n)s read as you said before") % {"n": len(batch.asked)}
    rows = {"good": batch.good_count, "bad": batch.bad_count}
    steps = [
        (
            pgettext("import", "Sheets"),
            words,
            "import_sheets" if is_open and len(batch.sheets) > 1 else "",
            False,
        ),
        (
            pgettext("import", "Headings"),
            pgettext("import", "matched") if is_mapped else _("to be matched"),
            "match_headings" if is_open and may_match else "",
            not is_mapped,
        ),
        (
            pgettext("import", "Words"),
            said if is_mapped and is_open else "",
            "import_values" if batch.asked and stands == batch.State.CHECKED else "",
            bool(unasked) and stands == batch.State.CHECKED,
        ),
        (
            pgettext("import", "Preview"),
            _("%(good)s good, %(bad)s with problems") % rows if is_mapped else "",
            "",
            False,
        ),
        (
            pgettext("import", "Take over"),
            batch.State.ACCEPTED.label if batch.accepted_at else "",
            "",
            False,
        ),
    ]
    return [
        {
            "label": label,
            "found": found,
            "url": reverse(name, args=[batch.pk]) if name else "",
            "is_next": is_next,
        }
        for label, found, name, is_next in steps
        if batch.sheets
    ]


def _preview(batch, kind):
    """Return the first rows under our headings, leaving out headings without values."""
    preview = actions.preview_of(batch)
    used = [
        column
        for column in kind.columns
        if any(texts.get(column.name) for _sheet, _row, texts in preview["rows"])
    ]
    rows = [
        (sheet, number, [(column.shown, texts.get(column.name, "")) for column in used])
        for sheet, number, texts in preview["rows"]
    ]
    headings = [column.shown for column in used]
    return {"headings": headings, "rows": rows, "changed": preview["changed"]}


def _rows_url(batch, kind):
    if kind.lists_batch:
        tab = "&tab=all" if kind.name == "matters" else ""
        return f"{reverse(kind.url_name)}?batch={batch.pk}{tab}"
    return reverse("import_rows", args=[batch.pk])


def _left_out(kind, batch):
    """Headings of the workbook that are not imported, and those that are stored nowhere."""
    found = {}
    for one in batch.taken_sheets:
        meant = one["mapping"].items()
        taken = {place for name, place in meant if not kind.column(name).is_left_out}
        for place, heading in enumerate(one["headings"]):
            if heading and place not in taken:
                found[heading] = workbook.is_never_taken(heading)
    return list(found.items())


@require_safe
def import_rows(request, pk):
    """Exactly the records that an import made and corrected, as far as the reader sees them."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    kind = imports.REGISTRY[batch.kind]
    ids = [*batch.record_ids, *batch.changes.values_list("record_id", flat=True)]
    rows = kind.model.objects.all()
    if hasattr(rows, "visible_to"):
        rows = rows.visible_to(request.user)
    context = {
        **listed(request, rows.filter(pk__in=ids), BY_ID),
        "batch": batch,
        "kind": kind,
        "crumbs": [
            (_("Imports"), reverse("imports")),
            (batch.file_name, batch.get_absolute_url()),
            (_("Rows of the import"), ""),
        ],
    }
    return render(request, "portal/import_rows.html", context)


@require_form
def import_sheets(request, pk):
    batch = _batch(request, pk)
    require(rules.may_choose_sheets(request.user, batch))
    form = SheetsForm(posted(request), user=request.user, sheets=batch.sheets)
    if carried_out(form, actions.choose_sheets, batch=batch, by=request.user):
        return redirect(batch)
    others = [
        _("“%(sheet)s”: %(why)s") % {"sheet": one["name"], "why": one["why"]}
        for one in batch.sheets
        if one["why"]
    ]
    intro = _("Rows of all chosen sheets are taken over together.")
    if others:
        why = _("Not chosen by itself: %(sheets)s") % {"sheets": "；".join(others)}
        intro = format_html("{}<br>{}", intro, why)
    page = {
        "between": [(batch.file_name, batch.get_absolute_url())],
        "last": pgettext("import", "Sheets"),
    }
    submit = _("Check these sheets")
    return ask(
        request, form, _("Sheets to take over"), submit, ABOVE, back=batch, intro=intro, **page
    )


def _groups(batch, kind):
    """The taken sheets with the same headings, one group each, as the form needs them."""
    groups, samples = {}, actions.samples_of(batch)
    for one in batch.taken_sheets:
        headings, mapping = one["headings"], one["mapping"]
        group = groups.setdefault(
            one["fingerprint"],
            {
                "fingerprint": one["fingerprint"],
                "headings": headings,
                "mapping": mapping,
                "guess": workbook.guess(kind, headings, mapping),
                "letters": [get_column_letter(p + 1 + one["left"]) for p in range(len(headings))],
                "samples": samples.get(one["fingerprint"]) or [[] for _heading in headings],
                "sheets": [],
            },
        )
        group["sheets"].append(one)
    return list(groups.values())


@require_form
def match_headings(request, pk):
    """Ask what each column of the workbook means, from left to right."""
    batch = _batch(request, pk)
    require(rules.may_match_headings(request.user, batch))
    kind = imports.REGISTRY[batch.kind]
    groups = _groups(batch, kind)
    form = HeadingsForm(posted(request), user=request.user, kind=kind, groups=groups)
    if carried_out(form, actions.match_headings, batch=batch, by=request.user, at=timezone.now()):
        return redirect(batch)
    tables = [(group, list(form.places(number))) for number, group in enumerate(groups)]
    page = {
        "between": [(batch.file_name, batch.get_absolute_url())],
        "last": pgettext("import", "Headings"),
    }
    title, submit = _("Match the headings"), _("Check with these headings")
    intro = _(
        "Say which column of your workbook means what; it is remembered for workbooks with the "
        "same headings."
    )
    page |= {"template": "portal/import_headings.html", "tables": tables}
    return ask(request, form, title, submit, ABOVE, back=batch, intro=intro, **page)


@require_form
def import_values(request, pk):
    """Ask, once each, what unknown words of the workbook mean."""
    batch = _batch(request, pk)
    require(rules.may_say_values(request.user, batch))
    kind = imports.REGISTRY[batch.kind]
    form = ValuesForm(posted(request), user=request.user, kind=kind, asked=batch.asked)
    if carried_out(form, actions.set_values, batch=batch, by=request.user, at=timezone.now()):
        return redirect(batch)
    columns = {column.name: column.shown for column in kind.columns}
    lines = [(columns[one["column"]], one, field) for one, field in form.lines()]
    page = {
        "between": [(batch.file_name, batch.get_absolute_url())],
        "last": pgettext("import", "Words"),
    }
    page |= {"template": "portal/import_values.html", "lines": lines}
    title, submit = _("Say what these words mean"), _("Check with these meanings")
    intro = _(
        "These words of your workbook are not known here. What you say is remembered for your "
        "office, so that nobody is asked again. Rows with a word that stays unknown are left out."
    )
    return ask(request, form, title, submit, ABOVE, back=batch, intro=intro, **page)


@require_safe
def import_report(request, pk):
    """The uploaded workbook, with its bad cells marked."""
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
def update_known(request, pk):
    """Choose whether rows already in the register are corrected from the sheet."""
    updates = request.POST.get("updates") == "yes"
    return _act(request, pk, partial(actions.set_updates, updates=updates))


@require_POST
def accept_import(request, pk):
    return _act(request, pk, actions.accept)


@require_POST
def discard_import(request, pk):
    return _act(request, pk, actions.discard)


@require_POST
def undo_import(request, pk):
    return _act(request, pk, actions.undo)
