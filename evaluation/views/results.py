"""The sheets of a cycle: blank ballots, summary of the ballots, summary of the appraisal."""

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluation.acts.cycles import visible_cycle
from evaluation.models import Appraised, Poll
from evaluation.views.parts import require_export, start_sheet
from portal.pages.web import sheet_page
from portal.records import audit
from portal.roles import Permission as P
from portal.sheets import ledgers
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


@require_POST
def export_summary(request, pk, ledger):
    cycle = visible_cycle(request.user, pk)
    _require_scores(request.user)
    require_export(request.user)
    audit.record("scores.exported", on=cycle, by=request.user, values={"sheet": ledger.name})
    return start_sheet(request, ledger, cycle=str(cycle.pk))


@require_safe
def summary_print(request, pk, ledger):
    user, cycle = request.user, visible_cycle(request.user, pk)
    _require_scores(user)

    def context():
        rows = ledger.rows(user, {"cycle": str(cycle.pk)})
        lines = list(ledger.lines(rows, user, most=PRINTED + 1))
        return {
            "title": f"{cycle.ends_on.year}年度{ledgers.area_of(user)}{ledger.title}",
            "cycle": cycle,
            "columns": [column.heading for column in ledger.columns],
            "rows": lines[:PRINTED],
            "is_cut": len(lines) > PRINTED,
            "printed": PRINTED,
            "notes": ledger.notes,
        }

    return sheet_page(request, "evaluation/slips/summary.html", context)


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
