"""The sheets of a cycle: blank ballots, summaries of the ballots and of the appraisal, what the
personnel side is given, the situation of organs."""

from itertools import islice

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluation.acts.cycles import visible_cycle
from evaluation.appraisal import situation
from evaluation.models import Appraised, Poll, Score
from evaluation.views.parts import require_export, start_sheet
from portal.pages.web import sheet_page
from portal.records import audit
from portal.roles import Permission as P
from portal.sheets.ledgers import LedgerProblem
from portal.tools.asked import whole_number
from portal.trust.access import Decision, require

# Wording of DOMAIN 2.2 (11).
BALLOT = {
    "lines": ("① 工作态度", "② 工作作风", "③ 工作实绩", "④ 总体评价"),
    "marks": ("好", "较好", "一般", "差", "不了解"),
    "questions": ("接受吃请", "收受礼品", "层层陪同", "增加群众负担"),
    "answers": ("没有", "不清楚", "有"),
}
# Limit of rows printed; the file has all.
PRINTED = 1_000


def _require_scores(user):
    if not user.holds(P.READ_SCORES):
        require(Decision(_("Scores are read by the programme office.")))


def _query(request, cycle, ledger):
    """The query of a sheet: the cycle and, for a sheet of one scheme, the scheme. Refuses a query
    that yields no sheet."""
    asked = {"cycle": str(cycle.pk)}
    if scheme := (request.POST.get("scheme") or request.GET.get("scheme")):
        asked["scheme"] = scheme
    try:
        ledger.check(request.user, asked)
    except LedgerProblem as problem:
        require(Decision(str(problem)))
    return asked


@require_POST
def export_summary(request, pk, ledger):
    cycle = visible_cycle(request.user, pk)
    _require_scores(request.user)
    require_export(request.user)
    asked = _query(request, cycle, ledger)
    audit.record("scores.exported", on=cycle, by=request.user, values={"sheet": ledger.name})
    return start_sheet(request, ledger, asked)


@require_safe
def summary_print(request, pk, ledger):
    user, cycle = request.user, visible_cycle(request.user, pk)
    _require_scores(user)
    asked = _query(request, cycle, ledger)

    def context():
        sheet = ledger.sheet(user, asked, timezone.localtime())
        lines = list(islice(sheet.rows, PRINTED + 1))
        return {
            "title": sheet.title,
            "cycle": cycle,
            "columns": [column.heading for column in sheet.columns],
            "rows": [cells for _number, *cells in lines[:PRINTED]],
            "is_cut": len(lines) > PRINTED,
            "printed": PRINTED,
            "notes": sheet.notes,
        }

    return sheet_page(
        request, "evaluation/slips/summary.html", context, about=cycle, at=timezone.now()
    )


@require_safe
def situation_of_organ(request, pk):
    """单位工作情况单 of one organ."""
    rows = Score.objects.visible_to(request.user).latest().filter(appraised=pk)
    found = get_object_or_404(rows.for_situation())
    return _situations(request, found.appraised.cycle, [found], found.appraised.get_absolute_url())


@require_safe
def situations_of_organs(request, pk):
    """单位工作情况单 of the organs of a cycle, in the official order, each on a page of its own."""
    cycle = visible_cycle(request.user, pk)
    _require_scores(request.user)
    rows = Score.objects.visible_to(request.user).latest().filter(computation__cycle=cycle)
    if scheme := whole_number(request.GET.get("scheme", "")):
        rows = rows.filter(appraised__scheme=scheme)
    rows = rows.for_situation().order_by("appraised__sort_key", "appraised_id")[:PRINTED]
    return _situations(request, cycle, rows, reverse("evaluation:cycle_honours", args=[cycle.pk]))


def _situations(request, cycle, scores, back):
    def context():
        found = situation.of(list(scores), on=request.user.today)
        return {"cycle": cycle, "situations": found, "back_url": back}

    return sheet_page(request, "evaluation/slips/situation.html", context)


def _blank(request, appraised, *, back, title):
    context = {
        **BALLOT,
        "appraised": appraised,
        "title": title,
        "back_page": f"evaluation:{back[0]}",
        "back_pk": back[1],
    }
    return sheet_page(request, "evaluation/slips/blank_ballot.html", context)


@require_safe
def blank_ballot(request, pk):
    """A sheet without code about one appraised, for a meeting."""
    rows = Appraised.objects.visible_to(request.user).select_related("cycle")
    appraised = get_object_or_404(rows, pk=pk)
    if not (request.user.holds(P.MANAGE_EVALUATION) or request.user.holds(P.COUNT_BALLOTS)):
        require(Decision(_("Blank ballots are printed by whoever holds the poll.")))
    return _blank(request, [appraised], title=appraised.cycle.title, back=("appraised", pk))


@require_safe
def blank_ballots_of_poll(request, pk):
    rows = Poll.objects.visible_to(request.user).select_related("cycle", "unit")
    standing = Appraised.objects.standing().in_official_order()
    poll = get_object_or_404(rows.prefetch_related(Prefetch("appraised", standing)), pk=pk)
    title = f"{poll.cycle.title}　{poll.unit.name}"
    return _blank(request, list(poll.appraised.all()), title=title, back=("poll", pk))
