"""Cycles: list, page, every move of one; who is appraised in it, and the page of each."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation import gathering, hooks
from evaluation.actions import cycles as actions
from evaluation.actions.schemes import own_organ
from evaluation.filters.cycles import (
    APPRAISED_TABS,
    CYCLE_TABS,
    MINE,
    NEWEST,
    OFFICIAL,
    AppraisedFilter,
    CycleFilter,
    appraised_in,
    cycles_in,
)
from evaluation.forms.cycles import (
    CloseForm,
    CycleForm,
    FinishForm,
    LeaveOutForm,
    PublishScoresForm,
)
from evaluation.models import Appraised, Cycle
from evaluation.models.cycles import CycleState
from evaluation.models.schemes import Subject
from evaluation.rules import cycles as rules
from portal import parameters
from portal.access import NotNow, NotYours, Permission, require
from portal.days import short_day
from portal.forms import ReaderForm
from portal.models import Cadre
from portal.rules import may_see_people
from portal.seen import seen
from portal.side_list import Area
from portal.staff_forms import carried_out
from portal.text_forms import ReasonForm
from portal.web import exact_total, form_page, listed, page_or_part, posted, tabbed

require_form = require_http_methods(["GET", "HEAD", "POST"])
S = CycleState


@require_safe
def cycles(request):
    user = request.user
    require(may_see_people(user))
    tab = request.GET.get("tab")
    tab = tab if tab in CYCLE_TABS else "running"
    rows = cycles_in(tab, Cycle.objects.visible_to(user))
    filtered = CycleFilter(request.GET, queryset=rows, user=user)
    rows = filtered.qs if filtered.form.is_valid() else rows.none()
    if count := exact_total(request, rows):
        return count
    context = {
        **listed(request, rows.for_list(), NEWEST),
        **tabbed(filtered, tab, CYCLE_TABS, NEWEST),
        "may_open": user.holds(Permission.MANAGE_EVALUATION),
        "crumbs": [Area.EVALUATION.crumb, (_("Cycles"), "")],
    }
    for cycle in context["page"]:
        cycle.next = _next(cycle)
    return page_or_part(request, "evaluation/cycles.html", "evaluation/_cycle_rows.html", context)


def _next(cycle):
    """(what comes next, until when or None): the one thing that the cycle waits for."""
    return {
        S.OPEN: (_("Gather who is appraised, then begin collecting."), cycle.ballots_until),
        S.COLLECTING: (_("Ballots and words come in; then they are closed."), cycle.ballots_until),
        S.COMPUTING: (_("The portal computes; the office then checks."), None),
        S.CHECKING: (_("The office checks the scores and publishes them."), None),
        S.OBJECTION: (
            _("Objections can be made; then the cycle becomes final."), cycle.objection_until,
        ),
    }.get(cycle.state, ("", None))  # fmt: skip


@seen
def _visible(user):
    return Cycle.objects.visible_to(user).select_related(
        "organ__division", "division", "written_by"
    )


def _crumbs(cycle, *here):
    return [
        (_("Cycles"), reverse("evaluation:cycles")),
        (cycle.title, cycle.get_absolute_url()),
        *here,
    ]


@require_safe
def cycle(request, pk):
    user, cycle = request.user, _visible(request.user, pk)
    what, until = _next(cycle)
    # Of one that was broken off nothing is asked, computed or honoured any more.
    stands = cycle.state != CycleState.CANCELLED
    parts = hooks.parts_for(user, hooks.CYCLE_PARTS, cycle) if stands else []
    context = {
        "cycle": cycle,
        "next": what,
        "until": until,
        "schemes": cycle.schemes.order_by("pk"),
        "numbers": _numbers(user, cycle),
        "may_list": bool(rules.may_list_appraised(user)),
        "mine": Appraised.objects.filter(cycle=cycle, cadre__in=_own(user)).order_by("pk"),
        "steps": cycle.steps.select_related("by").order_by("-at", "-pk"),
        "acts": _acts(user, cycle),
        "parts": [
            {"title": title, "url": reverse(name, args=[cycle.pk])} for title, name in parts
        ],
        "crumbs": [
            Area.EVALUATION.crumb, (_("Cycles"), reverse("evaluation:cycles")),
            (cycle.title, ""),
        ],
    }  # fmt: skip
    return render(request, "evaluation/cycle.html", context)


def _own(user):
    return Cadre.objects.filter(user__in=user.identity_ids).values("pk")


def _numbers(user, cycle):
    """[(subject, appraised, left out)]: of the whole cycle for who reads it, otherwise of those
    whom one sees."""
    rows = cycle.appraised.all()
    if not rules.reads(user, cycle):
        rows = Appraised.objects.visible_to(user).filter(cycle=cycle)
    counted = {
        row["subject"]: row
        for row in rows.order_by().values("subject").annotate(
            standing=Count("pk", filter=Q(left_out_reason="")),
            left_out=Count("pk", filter=~Q(left_out_reason="")),
        )
    }  # fmt: skip
    return [
        (subject.label, counted[subject]["standing"], counted[subject]["left_out"])
        for subject in Subject
        if subject in counted
    ]


def _acts(user, cycle):
    may_start = partial(rules.may_start_collecting, on=user.today)
    may_finish = partial(rules.may_finish_cycle, on=user.today)
    acts = [
        ("start_collecting", _("Begin collecting"), may_start, {"primary": True}),
        ("gather_appraised", _("Gather who is appraised"), rules.may_gather, {"post": True}),
        ("edit_cycle", _("Change the plan"), rules.may_change_cycle, {}),
        ("close_collecting", _("Close the ballots"), rules.may_open_closing, {"primary": True}),
        ("publish_scores", _("Publish the scores"), rules.may_publish_scores, {"primary": True}),
        ("finish_cycle", _("Make it final"), may_finish, {"primary": True}),
        ("cancel_cycle", _("Break it off"), rules.may_cancel_cycle, {}),
    ]  # fmt: skip
    return _shown(acts, user, cycle)


def _shown(acts, user, record):
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, record)
        if decision or not isinstance(decision, NotYours | NotNow):
            url = reverse(f"evaluation:{name}", args=[record.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    return shown


@require_form
def open_cycle(request):
    user = request.user
    require(rules.may_open_cycle(user, own_organ(user)))
    form = CycleForm(posted(request), user=user)
    if cycle := carried_out(form, actions.open_cycle, by=user, at=timezone.now()):
        return redirect(cycle)
    here = _("Open a cycle")
    return form_page(
        request, form, title=here, submit_label=here,
        intro=_("Who is appraised is found from stays, contact areas, pairings, visits and "
                "matters of these days; you look at the list before anything is collected."),
        cancel_url=reverse("evaluation:cycles"),
        crumbs=[(_("Cycles"), reverse("evaluation:cycles")), (here, "")],
    )  # fmt: skip


@require_form
def edit_cycle(request, pk):
    cycle = _visible(request.user, pk)
    require(rules.may_change_cycle(request.user, cycle))
    standing = list(cycle.schemes.all())
    initial = {name: getattr(cycle, name) for name in actions.PLAN} | {"schemes": standing}
    form = CycleForm(posted(request), user=request.user, initial=initial, standing=standing)
    if carried_out(form, actions.change_cycle, cycle=cycle, by=request.user, at=timezone.now()):
        return redirect(cycle)
    here = _("Change the plan")
    return form_page(
        request, form, title=here, submit_label=_("Keep"), cancel_url=cycle.get_absolute_url(),
        intro=_("With other days, another area or other schemes others may be appraised: who was "
                "gathered is then gathered anew, by you."),
        crumbs=_crumbs(cycle, (here, "")),
    )  # fmt: skip


@require_POST
def gather_appraised(request, pk):
    cycle = _visible(request.user, pk)
    n = actions.gather(cycle, by=request.user, at=timezone.now())
    words = ngettext("%(n)s was added to who is appraised.",
                     "%(n)s were added to who is appraised.", n)  # fmt: skip
    messages.info(request, words % {"n": n})
    return redirect("evaluation:appraised_list", cycle.pk)


def _act_page(request, cycle, form, *, title, intro, act):
    """One form, one act, back to the cycle."""
    if carried_out(form, act, cycle=cycle, by=request.user, at=timezone.now()):
        return redirect(cycle)
    return form_page(
        request, form, title=title, submit_label=title, intro=intro,
        cancel_url=cycle.get_absolute_url(), crumbs=_crumbs(cycle, (title, "")),
    )  # fmt: skip


@require_form
def start_collecting(request, pk):
    cycle = _visible(request.user, pk)
    require(rules.may_start_collecting(request.user, cycle, on=request.user.today))
    n = cycle.appraised.standing().count()
    return _act_page(
        request, cycle, ReaderForm(posted(request), user=request.user),
        title=_("Begin collecting"), act=actions.start_collecting,
        intro=ngettext(
            "%(n)s is appraised. From now on schemes, days and area stand; who left or moved can "
            "still be left out with a reason. Ballots and words are taken until %(day)s.",
            "%(n)s are appraised. From now on schemes, days and area stand; who left or moved can "
            "still be left out with a reason. Ballots and words are taken until %(day)s.", n,
        ) % {"n": n, "day": short_day(cycle.ballots_until, on=request.user.today)},
    )  # fmt: skip


@require_form
def close_collecting(request, pk):
    cycle = _visible(request.user, pk)
    require(rules.may_open_closing(request.user, cycle))
    waiting = rules.may_close_collecting(request.user, cycle)
    form = CloseForm(posted(request), user=request.user, has_open=not waiting)
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data.get("close_open", False)
        try:
            actions.close_collecting(cycle, by=request.user, at=timezone.now(), close_open=chosen)
            return redirect(cycle)
        except PermissionDenied as refusal:
            # Somebody else was first, or something was opened meanwhile.
            form.add_error(None, str(refusal))
    intro = _(
        "The urn is closed and its ballots are counted: nothing more is taken in. All records "
        "count as they stand at this moment; what is corrected later is shown apart and needs a "
        "decision. The scores are computed at once. This cannot be taken back."
    )
    if not waiting:
        intro += " " + str(waiting.refusal)
    if cycle.ballots_until > request.user.today:
        intro += " " + _("People were told that ballots are taken until %(day)s.") % {
            "day": short_day(cycle.ballots_until, on=request.user.today)
        }
    here = _("Close the ballots")
    return form_page(
        request, form, title=here, submit_label=here, intro=intro,
        cancel_url=cycle.get_absolute_url(), crumbs=_crumbs(cycle, (here, "")),
    )  # fmt: skip


@require_form
def publish_scores(request, pk):
    cycle = _visible(request.user, pk)
    require(rules.may_publish_scores(request.user, cycle))
    return _act_page(
        request, cycle, PublishScoresForm(posted(request), user=request.user),
        title=_("Publish the scores"), act=actions.publish_scores,
        intro=_("Whoever is appraised reads their own score with all that it comes from, and can "
                "object for %(n)s working days. Nobody reads a list of persons by points.")
        % {"n": parameters.number("notice.days", on=request.user.today)},
    )  # fmt: skip


@require_form
def finish_cycle(request, pk):
    cycle = _visible(request.user, pk)
    require(rules.may_finish_cycle(request.user, cycle, on=request.user.today))
    return _act_page(
        request, cycle, FinishForm(posted(request), user=request.user),
        title=_("Make it final"), act=actions.finish_cycle,
        intro=_("Scores and grades stand from then on, with this document."),
    )  # fmt: skip


@require_form
def cancel_cycle(request, pk):
    cycle = _visible(request.user, pk)
    require(rules.may_cancel_cycle(request.user, cycle))
    return _act_page(
        request, cycle, ReasonForm(posted(request), user=request.user),
        title=_("Break it off"),
        # What became of numbers in the text is the form's own question.
        act=lambda numbers="", **said: actions.cancel_cycle(**said),
        intro=_("It stays on the list with its reason, and no score comes of it. Ballots that are "
                "not counted yet are destroyed unread. This cannot be taken back."),
    )  # fmt: skip


# --- The appraised ------------------------------------------------------------------------------


@require_safe
def appraised_list(request, pk):
    user, cycle = request.user, _visible(request.user, pk)
    require(rules.may_list_appraised(user))
    tab = request.GET.get("tab")
    tab = tab if tab in APPRAISED_TABS else "standing"
    seen = Appraised.objects.visible_to(user).filter(cycle=cycle)
    filtered = AppraisedFilter(request.GET, queryset=appraised_in(tab, seen), user=user,
                               cycle=cycle)  # fmt: skip
    rows = filtered.qs if filtered.form.is_valid() else seen.none()
    if count := exact_total(request, rows):
        return count
    context = {
        **listed(request, rows.for_list().select_related("cadre__organ"), OFFICIAL),
        **tabbed(filtered, tab, APPRAISED_TABS, OFFICIAL),
        "cycle": cycle,
        "gathering": rules.may_gather(user, cycle),
        "crumbs": _crumbs(cycle, (_("Who is appraised"), "")),
    }
    gathering.with_whereabouts(context["page"], on=request.user.today)
    return page_or_part(
        request, "evaluation/appraised_list.html", "evaluation/_appraised_rows.html", context
    )


@seen
def _visible_appraised(user):
    return Appraised.objects.visible_to(user).for_list().select_related(
        "cycle__organ__division", "cadre__organ", "host_organ", "branch"
    )  # fmt: skip


def _appraised_crumbs(user, row, *here):
    crumbs = _crumbs(row.cycle)
    if rules.may_list_appraised(user):
        crumbs.append((_("Who is appraised"),
                       reverse("evaluation:appraised_list", args=[row.cycle_id])))  # fmt: skip
    return [*crumbs, (row.name, row.get_absolute_url() if here else ""), *here]


@require_safe
def appraised(request, pk):
    user, row = request.user, _visible_appraised(request.user, pk)
    gathering.with_whereabouts([row], on=request.user.today)
    acts = [
        ("leave_out", _("Leave out of the cycle"), rules.may_leave_out, {}),
        ("take_in_again", _("Take in again"), rules.may_take_in_again, {"post": True}),
    ]
    context = {
        "appraised": row,
        "cycle": row.cycle,
        "acts": _shown(acts, user, row),
        "parts": [
            {"title": title, "url": reverse(name, args=[row.pk])}
            for title, name in hooks.parts_for(user, hooks.APPRAISED_PARTS, row)
        ],
        "crumbs": _appraised_crumbs(user, row),
    }
    return render(request, "evaluation/appraised.html", context)


@require_form
def leave_out(request, pk):
    user, row = request.user, _visible_appraised(request.user, pk)
    require(rules.may_leave_out(user, row))
    gathering.with_whereabouts([row], on=request.user.today)
    form = LeaveOutForm(posted(request), user=user, initial={"reason": _(", ").join(row.since)})
    if form.is_bound and form.is_valid():
        actions.leave_out(row, by=user, reason=form.cleaned_data["reason"])
        return redirect(row)
    here = _("Leave out of the cycle")
    return form_page(
        request, form, title=here, submit_label=here,
        intro=_("%(name)s stays on the list of those left out, with the reason, and is not judged.")
        % {"name": row.name},
        cancel_url=row.get_absolute_url(), crumbs=_appraised_crumbs(user, row, (here, "")),
    )  # fmt: skip


@require_POST
def take_in_again(request, pk):
    row = _visible_appraised(request.user, pk)
    actions.take_in_again(row, by=request.user)
    return redirect(row)


@require_safe
def my_appraisals(request):
    """One's own, of all cycles; what is read of each stands on its page."""
    user = request.user
    require(may_see_people(user))
    rows = Appraised.objects.visible_to(user).filter(cadre__in=_own(user))
    if count := exact_total(request, rows):
        return count
    context = {
        **listed(request, rows.for_list(), MINE),
        "crumbs": [Area.EVALUATION.crumb, (_("My appraisals"), "")],
    }
    return page_or_part(
        request, "evaluation/my_appraisals.html", "evaluation/_my_appraisal_rows.html", context
    )
