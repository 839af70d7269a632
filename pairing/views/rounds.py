"""Rounds: list, record, the proposal with changes by hand, confirming, print."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pairing import fitting, proposals
from pairing.actions import rounds as actions
from pairing.acts.rounds import ROUNDS, crumbs, visible_round
from pairing.filters.rounds import LINE_TABS, LineFilter, lines_in
from pairing.forms.rounds import ChangeMatchForm, ConfirmForm
from pairing.models.needs import HelpKind, Urgency
from pairing.models.rounds import RoundState, with_changes
from pairing.rules import rounds as rules
from portal.pages.text_forms import tell_masked
from portal.pages.web import (
    Sort,
    add_errors,
    exact_total,
    form_page,
    listed,
    page_or_part,
    posted,
    sheet_page,
    tabbed,
)
from portal.records.steps import history
from portal.trust import wall
from portal.trust.access import require

require_form = require_http_methods(["GET", "HEAD", "POST"])

LINE_ORDER = Sort(
    gettext_lazy("official order"),
    ("unit__host_organ__sort_order", "unit__host_organ_id", "unit__sort_order", "unit_id"),
    descending=False,
)
# Number of blocked lines that are named; the rest are counted.
NAMED = 8


@require_safe
def matching_round(request, pk):
    user, round_ = request.user, visible_round(request.user, pk)
    context = {
        "round": round_,
        "proposal": round_.proposals.select_related("job").order_by("-pk").first(),
        "numbers": [] if round_.is_over else _numbers(round_, user.today),
        "steps": history(round_),
        "acts": ROUNDS.buttons(user, round_),
        "crumbs": crumbs(round_),
    }
    return render(request, "pairing/matching_round.html", context)


def _changed_since(proposal, today):
    return proposals.changed_since(proposal, fitting.Pool(proposal.round, on=today))


def _numbers(round_, today):
    """Return [(label, number)] of the input that a proposal made now would use."""
    pool = fitting.Pool(round_, on=today)
    helpers = _("Cadres who can help") if round_.is_for_households else _("Organs that offer help")
    return [
        (_("With open needs and without a pairing"), len(pool.targets)),
        (_("Paired already in these days"), pool.paired_already),
        (helpers, len(pool.helpers)),
    ]


# --- The proposal ------------------------------------------------------------------------------


def _proposal(request, pk, proposal_pk):
    round_ = visible_round(request.user, pk)
    proposal = get_object_or_404(round_.proposals.select_related("job__owner"), pk=proposal_pk)
    proposal.round = round_
    return proposal


def _proposal_crumbs(proposal, *here):
    way = crumbs(proposal.round, _("Who helps whom"), *here)
    if here:
        way[-2] = (_("Who helps whom"), proposal.get_absolute_url())
    return way


@require_safe
def matching_proposal(request, pk, proposal_pk):
    """Show the progress of the computation, and afterwards each line with its reasons."""
    proposal = _proposal(request, pk, proposal_pk)
    round_ = proposal.round
    context = {"proposal": proposal, "round": round_, "crumbs": _proposal_crumbs(proposal)}
    page = "pairing/matching_proposal.html"
    if proposal.finished_at is None:
        context["job"] = proposal.job
        return page_or_part(request, page, "pairing/_matching_progress.html", context)
    if request.headers.get("HX-Target") == "proposal":
        # The poll ends: reload the whole page.
        return HttpResponse(headers={"HX-Refresh": "true"})
    tab = request.GET.get("tab")
    tab = tab if tab in LINE_TABS else "all"
    lines = lines_in(tab, proposal.lines.all())
    filtered = LineFilter(request.GET, queryset=lines, user=request.user)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    is_open = round_.state == RoundState.PROPOSING
    changing = rules.may_change_match(request.user, proposal)
    tabs = tabbed(filtered, tab, LINE_TABS, LINE_ORDER)
    unmet = proposal.lines.unmet().count()
    for one in tabs["tabs"]:
        if one["code"] == "unmet":
            one["count"] = unmet
    # Including manual changes.
    met_now = proposal.outcome["needs"] - unmet
    context |= {
        **listed(request, rows.for_list(), LINE_ORDER),
        **tabs,
        "met_now": None if met_now == proposal.outcome["met"] else met_now,
        "changed": _changed_since(proposal, request.user.today) if is_open else [],
        "may_change": changing,
        "may_ask": rules.may_ask_matching(request.user, round_),
        "may_confirm": rules.may_confirm_matching(request.user, proposal),
    }
    _say(context["page"].rows)
    return page_or_part(request, page, "pairing/_match_rows.html", context)


def _say(lines):
    """Set the words of each line in the reader's language."""
    for line in with_changes(lines):
        words = proposals.WORDS if line.organ_id else proposals.REASONS
        line.why = [(words[code], number) for code, number in line.facts]
        line.kind_words = [HelpKind(code).label for code in line.kinds]
        line.urgency_words = Urgency(line.urgency).label
    return lines


def _line(proposal, match_pk):
    line = get_object_or_404(proposal.lines.for_list(), pk=match_pk)
    line.proposal = proposal
    (line,) = _say([line])
    return line


@require_form
def change_match(request, pk, proposal_pk, match_pk):
    """Give a line another helper, or none. A view, not an act, since it shows objections first."""
    proposal = _proposal(request, pk, proposal_pk)
    require(rules.may_change_match(request.user, proposal))
    line = _line(proposal, match_pk)
    form = ChangeMatchForm(posted(request), user=request.user, round_=proposal.round)
    checked = None
    if form.is_bound and form.is_valid():
        checked = _checked(proposal, line, form)
        if "check" not in request.POST and checked["seen"] == request.POST.get("seen", ""):
            organ, cadre = form.helper
            change = {"organ": organ, "cadre": cadre, "why": form.cleaned_data["why"]}
            try:
                with wall.as_system("an act, after its rule"):
                    actions.change_match(match=line, by=request.user, at=timezone.now(), **change)
            except ValidationError as problem:
                add_errors(form, problem)
            else:
                tell_masked(request, form)
                return redirect(proposal)
    context = {
        "form": form,
        "round": proposal.round,
        "proposal": proposal,
        "line": line,
        "checked": checked,
        "crumbs": _proposal_crumbs(proposal, line.helped_label),
    }
    status = 422 if form.is_bound else 200
    return render(request, "pairing/change_match.html", context, status=status)


@require_safe
def check_match(request, pk, proposal_pk, match_pk):
    """Show the objections to the change being typed: a part of the page, loaded by htmx."""
    proposal = _proposal(request, pk, proposal_pk)
    require(rules.may_change_match(request.user, proposal))
    line = _line(proposal, match_pk)
    form = ChangeMatchForm(request.GET, user=request.user, round_=proposal.round)
    form.is_valid()
    checked = _checked(proposal, line, form) if form.helper[0] else None
    return render(request, "pairing/_match_check.html", {"checked": checked})


def _checked(proposal, line, form):
    """Return the objections to the chosen helper; none if no helper is chosen."""
    organ, cadre = form.helper
    found = []
    if organ:
        today = form.user.today
        found = actions.objections(proposal, line, organ=organ, cadre=cadre, on=today)
    soft = [one for one in found if not one.is_hard]
    key = cadre.pk if cadre else organ.pk if organ else 0
    return {
        "helper": cadre.name if cadre else organ.label if organ else "",
        "hard": [one for one in found if one.is_hard],
        "soft": soft,
        "seen": f"{key}:{','.join(one.code for one in soft)}" if soft else "",
    }


@require_form
def confirm_matching(request, pk, proposal_pk):
    """Confirm all pairings by a document. A view, not an act, since its address names round and
    proposal."""
    proposal = _proposal(request, pk, proposal_pk)
    require(rules.may_confirm_matching(request.user, proposal))
    initial = {"decided_on": request.user.today}
    form = ConfirmForm(posted(request), user=request.user, initial=initial)
    if form.is_bound and form.is_valid() and _is_confirmed(proposal, form):
        return redirect(proposal.round)
    total = proposal.lines.count()
    unmet = proposal.lines.unmet().count()
    here = _("Confirm the pairings")
    return form_page(
        request,
        form,
        title=here,
        submit_label=here,
        intro=_(
            "%(made)s pairings begin on %(day)s; %(unmet)s remain without a helper, among the "
            "unmet needs. This cannot be repeated."
        )
        % {"made": total - unmet, "unmet": unmet, "day": f"{proposal.round.starts_on:%Y-%m-%d}"},
        cancel_url=proposal.get_absolute_url(),
        crumbs=_proposal_crumbs(proposal, here),
    )


def _is_confirmed(proposal, form):
    """Confirm as typed; False with the errors at the form if it is refused."""
    told = {"by": form.user, "at": timezone.now()}
    try:
        with wall.as_system("an act, after its rule"):
            actions.confirm_matching(proposal=proposal, **told, **form.cleaned_data)
    except ValidationError as problem:
        add_errors(form, problem)
    except PermissionDenied as refusal:
        # Somebody else confirmed it while this page was open.
        form.add_error(None, str(refusal))
    except actions.InTheWay as obstacle:
        for line, why in obstacle.reasons[:NAMED]:
            form.add_error(None, f"{line.unit.name} {line.helped_label}: {why}")
        more = len(obstacle.reasons) - NAMED
        if more > 0:
            words = ngettext("and %(n)s line more", "and %(n)s lines more", more)
            form.add_error(None, words % {"n": more})
    return form.is_valid()


@require_safe
def matching_print(request, pk, proposal_pk):
    """结对帮扶安排表 for the meeting: by township in the official order."""
    proposal = _proposal(request, pk, proposal_pk)
    require(rules.may_print_matching(request.user, proposal))

    def context():
        lines = proposal.lines.for_list().order_by(*LINE_ORDER.fields, "pk")
        return {
            "round": proposal.round,
            "proposal": proposal,
            "lines": _say(list(lines)),
            "unmet": proposal.lines.unmet().count(),
        }

    return sheet_page(request, "pairing/slips/matching.html", context)
