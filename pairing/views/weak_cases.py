"""Weak Party organisations: the register and a case."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pairing.acts.weak import CASES, crumbs, visible_case
from pairing.ledgers.weak import WEAK_LEDGER
from pairing.models.weak_cases import SupportKind
from pairing.rules import weak as rules
from portal.pages.text_forms import ReasonForm
from portal.pages.web import form_page, posted
from portal.records import audit
from portal.records.steps import history
from portal.sheets import ledgers
from portal.trust.access import require


@require_safe
def weak_case(request, pk):
    user, case = request.user, visible_case(request.user, pk)
    context = {
        "case": case,
        "situations": case.situations.all(),
        "items": _items(user, case),
        "may_change_plan": rules.may_change_plan(user, case),
        "supports": _supports(user, case),
        "missing_supports": _missing(case, user.today),
        "reviews": case.reviews.select_related("by__organ").order_by("-month"),
        "acceptances": case.acceptances.select_related("by").order_by("-round"),
        "looks": case.looks.select_related("by").order_by("-on", "-pk"),
        "steps": history(case),
        "acts": CASES.buttons(user, case),
        "may_name_secretary": rules.may_name_secretary(user, case),
        "crumbs": crumbs(case),
    }
    return render(request, "pairing/weak_case.html", context)


def _items(user, case):
    today = user.today
    rows = case.items.select_related("cadre", "ended_by").prefetch_related("progress__by")
    items = list(rows.order_by("due_on", "pk"))
    # The rules answer the same for all open items of a case, except the reader's own: ask once.
    said = {}
    for item in items:
        item.case, mine = case, rules.answers_for(user, item)
        if item.is_open and mine not in said:
            may_note, may_end = rules.may_note_progress(user, item), rules.may_end_item(user, item)
            said[mine] = bool(may_note), bool(may_end)
        item.may_note, item.may_end = said[mine] if item.is_open else (False, False)
        item.is_late = item.is_open and item.due_on < today
        item.shown = sorted(item.progress.all(), key=lambda row: (row.on, row.pk), reverse=True)
    return items


def _supports(user, case):
    rows = list(case.supports.select_related("cadre__organ", "organ", "stay", "pairing"))
    order = list(SupportKind.values)
    rows.sort(key=lambda one: (order.index(one.kind), -one.starts_on.toordinal()))
    for one in rows:
        one.case = case
        one.may_end = rules.may_end_support(user, one)
    return rows


def _missing(case, today):
    """Labels of 四个一 without a helper today; shown as information only."""
    if case.is_over:
        return []
    running = case.supports.running(today).values_list("kind", flat=True)
    return [kind.label for kind in SupportKind if kind not in set(running)]


# --- On paper ----------------------------------------------------------------------------------


def _filters(sent):
    left_out = {"csrfmiddlewaretoken", "secretary", "reason", "numbers"}
    return {k: v for k, v in sent.items() if k not in left_out and v}


@require_http_methods(["GET", "HEAD", "POST"])
def export_named(request):
    """Export the register with the secretaries' names, for a reason that is kept. A view, not an
    act, since its address names the rows."""
    require(rules.may_export(request.user))
    form = ReasonForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        told = {"by": request.user, "fields": ["secretary"], "values": [reason]}
        audit.record("weak_case.secretaries_exported", **told)
        filters = _filters(request.GET) | {"secretary": reason}
        return redirect(ledgers.start_export(WEAK_LEDGER, filters=filters, by=request.user))
    here = _("Export with the secretaries' names")
    return form_page(
        request,
        form,
        title=here,
        submit_label=here,
        intro=_("Names appear on the sheet only when needed. The reason is recorded."),
        cancel_url=reverse("pairing:weak_cases"),
        crumbs=[(_("Weak organisations"), reverse("pairing:weak_cases")), (here, "")],
    )
