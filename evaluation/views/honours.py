"""Pools, nominations, the meeting's choice, public notice, grades, and the register of honours."""

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation.actions import honours as actions
from evaluation.filters.honours import (
    NEWEST,
    NEWEST_POOL,
    OFFICIAL,
    POOL_TABS,
    SORTS,
    TABS,
    honours_at,
    in_tab,
    pools_in_tab,
)
from evaluation.forms.honours import (
    DecidePoolForm,
    DecisionForm,
    GradeForm,
    NoticeForm,
    PoolForm,
    WhoForm,
)
from evaluation.ledgers.honours import HONOUR_LEDGER
from evaluation.models import (
    Appraised,
    Cycle,
    DisciplineFinding,
    Grade,
    Honour,
    HonourPool,
    Poll,
)
from evaluation.models.honours import (
    GradeValue,
    HonourState,
    eligible_of,
)
from evaluation.models.schemes import Subject
from evaluation.rules import honours as rules
from portal import ledgers
from portal.access import Decision, NotNow, NotYours, Permission, reach, require
from portal.asked import whole_number
from portal.rules import may_see_people
from portal.seen import seen
from portal.side_list import Area
from portal.text_forms import ReasonForm
from portal.web import exact_total, form_page, listed, page_or_part, posted, sheet_page

P = Permission


# --- Pools ---------------------------------------------------------------------------------------


def _may_open_pools(user):
    if user.holds(P.MANAGE_EVALUATION) or user.holds(P.GIVE_ORGANISATION_WORD):
        return
    require(Decision(_("Pools are open to the office and to who nominates for an organ.")))


def _with_quotas(pools):
    """Each pool with how many belong to it and its quota; one statement for all."""
    pools = list(pools)
    counted = eligible_of([pool for pool in pools if pool.eligible is None])
    for pool in pools:
        pool.belong = counted.get(pool.pk, 0) if pool.eligible is None else pool.eligible
        pool.places = pool.quota_of(pool.belong) if pool.quota is None else pool.quota
    return pools


@require_safe
def honour_pools(request):
    user = request.user
    _may_open_pools(user)
    tab = request.GET.get("tab") if request.GET.get("tab") in POOL_TABS else "open"
    shown = listed(request, pools_in_tab(user, tab).for_list(), NEWEST_POOL)
    _with_quotas(shown["page"])
    context = {
        **shown,
        "tabs": [(code, label, code == tab) for code, label in POOL_TABS.items()],
        "crumbs": [Area.EVALUATION.crumb, (_("Pools for honours"), "")],
    }
    return page_or_part(
        request, "evaluation/honour_pools.html", "evaluation/_honour_pool_rows.html", context
    )


@seen
def visible_cycle(user):
    return Cycle.objects.visible_to(user).select_related("organ__division", "division")


@require_safe
def cycle_honours(request, pk):
    """The part of a cycle's page: its pools with their quotas, and its grades of the year."""
    user, cycle = request.user, visible_cycle(request.user, pk)
    _may_open_pools(user)
    pools = HonourPool.objects.visible_to(user).filter(cycle=cycle).for_list().order_by("pk")
    keeps = bool(rules.may_keep_pools(user, cycle))
    context = {
        "cycle": cycle,
        "pools": _with_quotas(pools),
        "grades": _grades(cycle) if keeps else None,
        "may_read_scores": user.holds(P.READ_SCORES) and user.holds(P.EXPORT),
        "acts": _shown(
            [
                (_("Make a pool"), rules.may_make_pool(user, cycle), "new_honour_pool", cycle),
                (_("Propose another grade than competent"),
                 rules.may_propose_grades(user, cycle), "propose_grade", cycle),
                (_("Decide all grades"), rules.may_decide_grades(user, cycle), "decide_grades",
                 cycle),
            ]
        ),
        "crumbs": [
            (_("Cycles"), reverse("evaluation:cycles")), (cycle.title, cycle.get_absolute_url()),
            (_("Honours and grades"), ""),
        ],
    }  # fmt: skip
    return page_or_part(
        request, "evaluation/cycle_honours.html", "evaluation/_cycle_honours.html", context
    )


def _grades(cycle):
    """[(grade, how many proposed, how many decided)], and how many cadres have none."""
    rows = Grade.objects.current().filter(appraised__cycle=cycle).order_by()
    counted = {}
    for value, on, n in rows.values_list("value", "decided_on").annotate(n=Count("pk")):
        here = counted.setdefault(value, [0, 0])
        here[1 if on else 0] += n
    cadres = cycle.appraised.standing().filter(subject=Subject.CADRE).count()
    given = sum(sum(n) for n in counted.values())
    return {
        "lines": [(one.label, *counted.get(one.value, (0, 0))) for one in GradeValue],
        "without": max(0, cadres - given),
        "cadres": cadres,
    }


def _shown(acts):
    return [
        {"label": label, "decision": decision, "primary": place == 0,
         "url": reverse(f"evaluation:{name}", args=[record.pk])}
        for place, (label, decision, name, record) in enumerate(acts)
        if decision or not isinstance(decision, NotYours | NotNow)
    ]  # fmt: skip


@seen
def _visible_pool(user):
    rows = HonourPool.objects.visible_to(user).for_list()
    return rows.select_related("cycle__organ__division", "joined_to")


def _crumbs(pool, here=""):
    crumbs = [
        (_("Pools for honours"), reverse("evaluation:honour_pools")),
        (pool.cycle.title, reverse("evaluation:cycle_honours", args=[pool.cycle_id])),
    ]
    if here:
        return [*crumbs, (pool.title, pool.get_absolute_url()), (here, "")]
    return [*crumbs, (pool.title, "")]


@require_safe
def honour_pool(request, pk):
    user, pool = request.user, _visible_pool(request.user, pk)
    _with_quotas([pool])
    keeps = bool(rules.may_keep_pools(user, pool.cycle))
    seen = Honour.objects.visible_to(user).filter(pool=pool)
    honours = list(seen.for_list().in_official_order())
    waiting = [one.appraised for one in honours if one.state == HonourState.PROPOSED]
    for appraised in waiting:
        appraised.cycle = pool.cycle
    reasons = rules.obstacles(waiting) if keeps and pool.is_open else {}
    for honour in honours:
        honour.obstacle = reasons.get(honour.appraised_id)
        honour.may_withdraw = bool(rules.may_withdraw(user, honour))
        honour.may_object = bool(rules.may_object(user, honour))
    others = HonourPool.objects.none()
    if rules.may_join_pools(user, pool):
        others = (
            HonourPool.objects.undecided()
            .filter(cycle=pool.cycle, purpose=pool.purpose, percent=pool.percent)
            .exclude(pk=pool.pk)
        )
    steps = pool.steps.select_related("by", "honour__appraised").order_by("-at", "-pk")
    context = {
        "pool": pool,
        "honours": honours,
        "keeps": keeps,
        "others": _with_quotas(others.for_list().order_by("pk")),
        # A nomination's words stay with who may see the nomination.
        "steps": [one for one in steps if keeps or one.honour_id is None],
        "acts": _shown(
            [
                (_("Nominate somebody"), rules.may_nominate(user, pool), "nominate_for_honour",
                 pool),
                (_("Enter what the meeting decided"), rules.may_decide_pool(user, pool),
                 "decide_honour_pool", pool),
                (_("Put under public notice"), rules.may_publicise(user, pool),
                 "publicise_honour_pool", pool),
                (_("Notice over: make it final"), rules.may_finish_pool(user, pool, on=user.today),
                 "finish_honour_pool", pool),
                (_("Give the pool up"), rules.may_give_up_pool(user, pool),
                 "give_up_honour_pool", pool),
            ]
        ),
        "crumbs": _crumbs(pool),
    }  # fmt: skip
    for act in context["acts"]:
        act["post"] = act["url"].endswith("/finish/")
    return render(request, "evaluation/honour_pool.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_honour_pool(request, pk):
    user, cycle = request.user, visible_cycle(request.user, pk)
    require(rules.may_make_pool(user, cycle))
    form = PoolForm(posted(request), user=user, cycle=cycle)
    if form.is_bound and form.is_valid():
        try:
            return redirect(
                actions.make_pool(cycle=cycle, by=user, at=timezone.now(), **form.cleaned_data)
            )
        except ValidationError as problem:
            form.add_error(None, problem.messages[0])
    here = _("Make a pool")
    back = reverse("evaluation:cycle_honours", args=[cycle.pk])
    return form_page(
        request, form, title=here, submit_label=_("Make it"), cancel_url=back,
        intro=_("The quota is the whole part of the share of who belongs: 20 % of three is none. "
                "Pools that are too small can be joined afterwards."),
        crumbs=[(cycle.title, back), (here, "")],
    )  # fmt: skip


def _act_page(request, pool, form, *, title, intro, act, honour=None):
    """One form, one act on the pool or on one nomination in it, back to the pool."""
    known = {"honour": honour} if honour else {"pool": pool}
    if form.is_bound and form.is_valid():
        cleaned = {k: v for k, v in form.cleaned_data.items() if k != "numbers"}
        try:
            act(by=request.user, at=timezone.now(), **known, **cleaned)
            return redirect(pool)
        except ValidationError as problem:
            form.add_error(None, problem.messages[0])
    return form_page(
        request, form, title=title, submit_label=title, intro=intro,
        cancel_url=pool.get_absolute_url(), crumbs=_crumbs(pool, title),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def nominate_for_honour(request, pk):
    user, pool = request.user, _visible_pool(request.user, pk)
    require(rules.may_nominate(user, pool))
    among = pool.members()
    if not rules.may_keep_pools(user, pool.cycle):
        among = among.filter(reach(user, P.GIVE_ORGANISATION_WORD))
    form = WhoForm(posted(request), user=user, among=among.select_related("cycle"))
    if form.is_bound and form.is_valid():
        appraised = form.cleaned_data["who"]
        appraised.cycle = pool.cycle
        decision = rules.may_nominate_one(user, pool, appraised)
        if decision:
            try:
                actions.nominate(
                    pool=pool, appraised=appraised, reason=form.cleaned_data["reason"], by=user,
                    at=timezone.now(),
                )  # fmt: skip
                return redirect(pool)
            except ValidationError as problem:
                form.add_error(None, problem.messages[0])
        else:
            form.add_error("who", decision.refusal)
    here = _("Nominate somebody")
    return form_page(
        request, form, title=here, submit_label=_("Nominate"), cancel_url=pool.get_absolute_url(),
        intro=_("More may be nominated than the quota allows; the meeting chooses, and points "
                "break no ties."),
        crumbs=_crumbs(pool, here),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def decide_honour_pool(request, pk):
    user, pool = request.user, _visible_pool(request.user, pk)
    require(rules.may_decide_pool(user, pool))
    _with_quotas([pool])
    form = DecidePoolForm(posted(request), user=user, pool=pool, initial={"on": user.today})
    if form.is_bound and form.is_valid():
        decision = rules.may_choose(pool, list(form.cleaned_data["chosen"]))
        if not decision:
            form.add_error("chosen", decision.refusal)
    title = _("Enter what the meeting decided")
    intro = _("%(percent)s %% of %(n)s is %(quota)s: so many at most are chosen.") % {
        "percent": pool.percent_words, "n": pool.belong, "quota": pool.places,
    }  # fmt: skip
    return _act_page(request, pool, form, title=title, intro=intro, act=actions.decide_pool)


@require_http_methods(["GET", "HEAD", "POST"])
def publicise_honour_pool(request, pk):
    user, pool = request.user, _visible_pool(request.user, pk)
    require(rules.may_publicise(user, pool))
    form = NoticeForm(posted(request), user=user, initial={"on": user.today})
    return _act_page(
        request, pool, form, title=_("Put under public notice"), act=actions.publicise_pool,
        intro=_("For the working days of the norm; the sheet to hang up is printed from the pool's"
                " page."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def give_up_honour_pool(request, pk):
    user, pool = request.user, _visible_pool(request.user, pk)
    require(rules.may_give_up_pool(user, pool))
    return _act_page(
        request, pool, ReasonForm(posted(request), user=user), title=_("Give the pool up"),
        act=actions.give_up_pool, intro=_("Its nominations are withdrawn with it."),
    )  # fmt: skip


@require_POST
def finish_honour_pool(request, pk):
    pool = _visible_pool(request.user, pk)
    actions.finish_pool(pool=pool, by=request.user, at=timezone.now())
    return redirect(pool)


@require_POST
def join_honour_pools(request, pk):
    user, pool = request.user, _visible_pool(request.user, pk)
    require(rules.may_join_pools(user, pool))
    other = whole_number(request.POST.get("other", ""))
    other = get_object_or_404(HonourPool.objects.visible_to(user), pk=other)
    actions.join_pools(pool=pool, other=other, by=user, at=timezone.now())
    return redirect(pool)


@seen
def _visible_honour(user):
    rows = Honour.objects.visible_to(user).filter(
        pool__in=HonourPool.objects.visible_to(user).values("pk")
    )
    return rows.for_list().select_related("pool__cycle__organ__division", "appraised__cycle")


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_honour(request, pk):
    user, honour = request.user, _visible_honour(request.user, pk)
    require(rules.may_withdraw(user, honour))
    return _act_page(
        request, honour.pool, ReasonForm(posted(request), user=user),
        title=_("Withdraw the nomination"), intro=honour.appraised.name,
        act=actions.withdraw_nomination, honour=honour,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def object_to_honour(request, pk):
    user, honour = request.user, _visible_honour(request.user, pk)
    require(rules.may_object(user, honour))
    return _act_page(
        request, honour.pool, ReasonForm(posted(request), user=user),
        title=_("Take off after an objection"), act=actions.take_off, honour=honour,
        intro=_("%(name)s: only when the objection was looked into and holds. The place stays "
                "empty.") % {"name": honour.appraised.name},
    )  # fmt: skip


@require_safe
def honour_notice(request, pk):
    """The sheet of the public notice, to hang up."""
    pool = _visible_pool(request.user, pk)
    if pool.notice_from is None:
        require(Decision(_("There is a public notice once the meeting has decided.")))
    return sheet_page(request, "evaluation/slips/honour_notice.html", {
        "pool": pool,
        "honours": pool.honours.public().for_list().in_official_order(),
        "organ": pool.cycle.organ,
        "back_url": pool.get_absolute_url(),
    })  # fmt: skip


# --- One of the appraised ------------------------------------------------------------------------


@require_safe
def appraised_results(request, pk):
    """The part of the page of one appraised: grade of the year and honours, as far as decided or
    open to the reader, and the blank ballots for who holds the poll."""
    user = request.user
    rows = Appraised.objects.visible_to(user).select_related("cycle")
    appraised = get_object_or_404(rows, pk=pk)
    honours = Honour.objects.visible_to(user).filter(appraised=appraised)
    prints = user.holds(P.MANAGE_EVALUATION) or user.holds(P.COUNT_BALLOTS)
    polls = Poll.objects.visible_to(user).filter(appraised=appraised).select_related("unit")
    context = {
        "appraised": appraised,
        "grade": Grade.objects.visible_to(user).current().filter(appraised=appraised).first(),
        "honours": honours.select_related("pool").order_by("pk"),
        "pools_open": user.holds(P.MANAGE_EVALUATION) or user.holds(P.GIVE_ORGANISATION_WORD),
        "prints": prints,
        "polls": list(polls.order_by("pk")) if prints else [],
        "crumbs": [
            (appraised.cycle.title, appraised.cycle.get_absolute_url()),
            (appraised.name, appraised.get_absolute_url()),
            (_("Honours and grades"), ""),
        ],
    }
    return page_or_part(
        request, "evaluation/appraised_results.html", "evaluation/_appraised_results.html", context
    )


# --- Grades --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def propose_grade(request, pk):
    user, cycle = request.user, visible_cycle(request.user, pk)
    require(rules.may_propose_grades(user, cycle))
    among = Appraised.objects.filter(cycle=cycle, subject=Subject.CADRE).standing()
    form = GradeForm(posted(request), user=user, among=among.select_related("cycle__organ"))
    if form.is_bound and form.is_valid():
        try:
            actions.propose_grade(
                appraised=form.cleaned_data["who"], value=form.cleaned_data["value"],
                reason=form.cleaned_data["reason"], by=user, at=timezone.now(),
            )  # fmt: skip
            return redirect("evaluation:cycle_honours", cycle.pk)
        except ValidationError as problem:
            form.add_error(None, problem.messages[0])
    return _cycle_form(
        request, cycle, form, title=_("Propose another grade than competent"),
        intro=_("Everybody else becomes competent in one act of the meeting."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def decide_grades(request, pk):
    user, cycle = request.user, visible_cycle(request.user, pk)
    require(rules.may_decide_grades(user, cycle))
    form = DecisionForm(posted(request), user=user, initial={"on": user.today})
    if form.is_bound and form.is_valid():
        try:
            actions.decide_grades(cycle=cycle, by=user, at=timezone.now(), **form.cleaned_data)
            return redirect("evaluation:cycle_honours", cycle.pk)
        except ValidationError as problem:
            form.add_error(None, problem.messages[0])
    there = _grades(cycle)
    return _cycle_form(
        request, cycle, form, title=_("Decide all grades"),
        intro=_("What was proposed stands; the other %(n)s cadres become competent.")
        % {"n": there["without"]},
    )  # fmt: skip


def _cycle_form(request, cycle, form, *, title, intro):
    back = reverse("evaluation:cycle_honours", args=[cycle.pk])
    return form_page(
        request, form, title=title, submit_label=title, intro=intro, cancel_url=back,
        crumbs=[(cycle.title, back), (title, "")],
    )  # fmt: skip


# --- The register --------------------------------------------------------------------------------


@require_safe
def honours(request):
    user = request.user
    require(may_see_people(user))
    filtered, tab = honours_at(user, request.GET)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    rows = in_tab(rows, tab)
    if count := exact_total(request, rows):
        return count
    sort = SORTS.get(request.GET.get("sort"), NEWEST)
    context = {
        **listed(request, rows.for_list(), sort),
        "filter": filtered,
        "tab": tab,
        "tabs": [(code, label, code == tab) for code, label in TABS.items()],
        "sorts": SORTS.items(),
        "sort": sort,
        "may_export": user.holds(P.EXPORT),
        "has_findings": bool(user.identity_ids)
        and DisciplineFinding.objects.filter(cadre__user=user).exists(),
        "crumbs": [Area.EVALUATION.crumb, (_("Honours"), "")],
    }
    return page_or_part(request, "evaluation/honours.html", "evaluation/_honour_rows.html", context)


@require_safe
def honours_print(request):
    user = request.user
    require(may_see_people(user))
    filtered, tab = honours_at(user, request.GET)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    rows = in_tab(rows, tab).public().for_list().order_by("-year", *OFFICIAL.order())
    return sheet_page(request, "evaluation/slips/honours.html", {
        "honours": rows,
        "area": ledgers.area_of(user),
        "back_url": f"{reverse('evaluation:honours')}?{request.GET.urlencode()}",
    })  # fmt: skip


@require_POST
def export_honours(request):
    if not request.user.holds(P.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken" and v}
    return redirect(ledgers.start_export(HONOUR_LEDGER, filters=filters, by=request.user))
