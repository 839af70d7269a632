"""Explanation of a score; the computations of a cycle and their exports."""

from collections import defaultdict

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluation.actions import scores as actions
from evaluation.acts.cycles import visible_cycle
from evaluation.appraisal import computing, explaining, records, scoring
from evaluation.ledgers.scores import SCORE_EVIDENCE
from evaluation.models import Appeal, Appraised, EvidenceDecision, Score, ScoreEvidence, Tally
from evaluation.models.schemes import Subject
from evaluation.rules import appeals as appeal_rules
from evaluation.rules import scores as rules
from evaluation.views.parts import own_page, start_sheet
from portal import parameters
from portal.pages.acts import is_shown
from portal.pages.web import sheet_page
from portal.roles import Permission
from portal.tools.asked import whole_number
from portal.trust.access import Decision, require

# Records of a line shown on the page; another page lists all.
FIRST = 12
PAGE = 100


def _scores(user, pk):
    """All scores of an appraised that the user may read, newest computation first."""
    rows = Score.objects.visible_to(user).filter(appraised=pk)
    whose = [f"appraised__{name}" for name in ("cycle__organ", "scheme", "cadre", "organ")]
    return list(rows.select_related("computation", *whose).order_by("-computation__number"))


def _chosen(request, found):
    """The score of the computation given in the query, else the last one."""
    number = whole_number(request.GET.get("computation", ""))
    return next((one for one in found if one.computation.number == number), found[0])


def _found(request, pk):
    """(all scores, the one that the address names); Http404 where there is none."""
    if not (found := _scores(request.user, pk)):
        raise Http404
    return found, _chosen(request, found)


def _crumbs(appraised, *here):
    return [
        (appraised.cycle.title, appraised.cycle.get_absolute_url()),
        (appraised.name, appraised.get_absolute_url()),
        *here,
    ]


class _Evidence:
    """Frozen records and decisions of an appraised at the time of a score."""

    def __init__(self, score):
        rows = ScoreEvidence.objects.filter(appraised=score.appraised_id).order_by("pk")
        self.rows = {row.indicator: row for row in rows}
        decided = EvidenceDecision.objects.filter(appraised=score.appraised_id)
        self.decisions = defaultdict(list)
        for one in decided.select_related("by").order_by("at", "pk"):
            one.is_later = one.at > score.computation.at
            self.decisions[one.indicator].append(one)

    def of(self, code):
        """[(record, verdict, decision or None)]: first those against, then those left out."""
        row = self.rows.get(code)
        if row is None:
            return []
        known = [one for one in self.decisions.get(code, ()) if not one.is_later and one.record_id]
        decided = {one.record_id: one for one in known}
        made = [(one.record_id, one.verdict) for one in known]
        now = computing.verdicts(row.met, row.missed, made)
        order = {computing.Verdict.MISSED: 0, computing.Verdict.LEFT_OUT: 1}
        return sorted(
            ((record, verdict, decided.get(record)) for record, (verdict, _was) in now.items()),
            key=lambda one: (order.get(one[1], 2), one[0]),
        )


def _linked(user, chosen):
    """{code: [line]} for {code: [(record, verdict, decision)]}, with links the reader may open."""
    shown = records.shown_to(
        user, [(code, one[0]) for code, rows in chosen.items() for one in rows]
    )
    lines = defaultdict(list)
    for code, found in chosen.items():
        for record, verdict, decision in found:
            words, url = shown(code, record)
            line = {"words": words, "url": url, "verdict": verdict, "decision": decision}
            lines[code].append(line)
    return lines


def _page(user, score, found, *, first=FIRST):
    """The context shared by page and print of a score."""
    appraised, least = score.appraised, parameters.number("eval.min_display_n", on=user.today)
    evidence = _Evidence(score)
    codes = [line["indicator"] for line in score.lines["results"]["indicators"]]
    codes += [line["gate"] for line in score.lines["gates"]]
    everything = {code: evidence.of(code) for code in codes}
    shown = _linked(user, {code: rows[:first] for code, rows in everything.items()})
    lines = explaining.indicators(score)
    gates = explaining.gates(score)
    for one in (*lines, *gates):
        code = one.get("indicator") or one["gate"]
        one["records"], one["more"] = shown.get(code, []), len(everything[code]) > first
        known = (d for d in evidence.decisions.get(code, ()) if not d.is_later)
        one["amounts"] = [d for d in known if not d.record_id]
    ranges = score.computation.ranges.get(str(appraised.scheme_id), {})
    tally = Tally.objects.with_meetings().filter(appraised=appraised).first()
    marks, questions = explaining.ballots(tally, least)
    earlier = next((o for o in found if o.computation.number < score.computation.number), None)
    return {
        "score": score,
        "appraised": appraised,
        "computation": score.computation,
        "components": explaining.components(score, ranges),
        "usual": explaining.usual(ranges, "total"),
        "class_size": ranges.get("total", {}).get("n"),
        "indicators": lines,
        "gates": gates,
        "marks": marks,
        "questions": questions,
        "least": least,
        "earlier": earlier,
        "no_total": explaining.why_no_total(score),
        "has_situation": appraised.subject == Subject.ORGAN,
        "later_decisions": any(d.is_later for ds in evidence.decisions.values() for d in ds),
    }


@require_safe
def score(request, pk):
    user = request.user
    found = _scores(user, pk)
    if not found:
        return _nothing_yet(request, pk)
    chosen = _chosen(request, found)
    appraised = chosen.appraised
    filing = appeal_rules.may_file(user, appraised, on=user.today)
    context = _page(user, chosen, found) | {
        "found": found,
        "appeals": Appeal.objects.visible_to(user).filter(appraised=appraised).order_by("-pk"),
        "filing": filing if is_shown(filing) else None,
        "may_compare": bool(rules.may_decide_evidence(user, appraised)),
        "crumbs": _crumbs(appraised, (_("Where my points come from"), "")),
    }
    return own_page(request, "score", context)


def _nothing_yet(request, pk):
    """Show that there is no score yet, but only as a part of the page of the appraised; as its own
    page it is not found."""
    if not request.headers.get("HX-Request"):
        raise Http404
    appraised = get_object_or_404(Appraised.objects.visible_to(request.user), pk=pk)
    return render(request, "evaluation/_no_score.html", {"appraised": appraised})


@require_safe
def print_score(request, pk):
    found, chosen = _found(request, pk)

    def context():
        return _page(request.user, chosen, found, first=PAGE) | {
            "unit": request.user.organ,
            "today": request.user.today,
            "back_url": reverse("evaluation:score", args=[pk]),
        }

    return sheet_page(
        request, "evaluation/slips/score.html", context, about=chosen.appraised, at=timezone.now()
    )


@require_safe
def score_records(request, pk, code):
    """All records of one line, paginated."""
    _all, chosen = _found(request, pk)
    everything = _Evidence(chosen).of(code)
    if not everything:
        raise Http404
    start = (max(1, whole_number(request.GET.get("page", "")) or 1) - 1) * PAGE
    number = start // PAGE + 1
    lines = _linked(request.user, {code: everything[start : start + PAGE]})
    context = {
        "score": chosen,
        "appraised": chosen.appraised,
        "title": records.title_of(code),
        "lines": lines.get(code, []),
        "total": len(everything),
        "previous": number - 1,
        "next": number + 1 if len(everything) > start + PAGE else 0,
        "crumbs": _crumbs(
            chosen.appraised,
            (_("Where my points come from"), reverse("evaluation:score", args=[pk])),
            (records.title_of(code), ""),
        ),
    }
    return render(request, "evaluation/score_records.html", context)


@require_safe
def computations(request, pk):
    """A part of a cycle's page: computations with their hashes, and the progress of a running
    one."""
    user, cycle = request.user, visible_cycle(request.user, pk)
    require(rules.keeps(user, cycle))
    job = scoring.last_job(cycle)
    found = list(cycle.computations.select_related("asked_by").order_by("-number"))
    computing_ = rules.may_compute(user, cycle)
    context = {
        "cycle": cycle,
        "job": job if job and (job.is_open or job.state == job.State.FAILED) else None,
        "found": found,
        "computing": computing_ if is_shown(computing_) else None,
        "may_look": bool(rules.may_look_for_changes(user, cycle)),
        "scores": Score.objects.visible_to(user).filter(computation=found[0]) if found else None,
        "may_export": user.holds(Permission.EXPORT),
        "crumbs": [(cycle.title, cycle.get_absolute_url()), (_("Computations"), "")],
    }
    if context["scores"] is not None:
        context["without_total"] = context["scores"].filter(total=None).count()
        context["gates_missed"] = context["scores"].filter(gates_met=False).count()
    return own_page(request, "computations", context)


@require_POST
def export_scores(request, pk):
    user, cycle = request.user, visible_cycle(request.user, pk)
    if not (user.holds(Permission.EXPORT) and user.holds(Permission.READ_SCORES)):
        require(Decision(_("Your roles do not export scores.")))
    return start_sheet(request, SCORE_EVIDENCE, {"cycle": str(cycle.pk)})


@require_POST
def export_evidence(request, pk):
    cycle = visible_cycle(request.user, pk)
    return redirect(actions.export_evidence(cycle=cycle, by=request.user))
