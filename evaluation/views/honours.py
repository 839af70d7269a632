"""Pools, nominations, the meeting's choice, public notice, grades, and the register of honours."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluation.actions import honours as actions
from evaluation.acts.cycles import crumbs as cycle_crumbs
from evaluation.acts.cycles import visible_cycle
from evaluation.acts.honours import OF_CYCLE, POOLS, crumbs, grades, visible_pool
from evaluation.filters.honours import HONOURS_AT, OFFICIAL, POOLS_AT
from evaluation.listings.honours import POOL_LIST
from evaluation.models import Appraised, Grade, Honour, HonourPool, Poll
from evaluation.models.honours import HonourState, with_quotas
from evaluation.rules import honours as rules
from evaluation.views.parts import own_page
from portal.pages.renderer import drawn
from portal.pages.web import sheet_page
from portal.records.steps import history
from portal.roles import Permission as P
from portal.rules import may_see_people
from portal.sheets import scope
from portal.tools.asked import whole_number
from portal.trust.access import Decision, require


@require_safe
def cycle_honours(request, pk):
    """A part of a cycle's page: pools with quotas, and grades of the year."""
    user, cycle = request.user, visible_cycle(request.user, pk)
    require(rules.may_open_pools(user))
    pools = HonourPool.objects.visible_to(user).filter(cycle=cycle).for_list().order_by("pk")
    pools = with_quotas(pools)
    table = pools and drawn(
        "table.html",
        request,
        columns=POOL_LIST.columns,
        page=pools,
        asked=POOLS_AT.at(user, request.GET),
    )
    keeps = bool(rules.may_keep_pools(user, cycle))
    context = {
        "cycle": cycle,
        "pools": table,
        "grades": grades(cycle) if keeps else None,
        "may_read_scores": user.holds(P.READ_SCORES) and user.holds(P.EXPORT),
        # Each scheme has its own sheet.
        "schemes": cycle.schemes.order_by("pk"),
        "acts": OF_CYCLE.buttons(user, cycle),
        "crumbs": cycle_crumbs(cycle, _("Honours and grades")),
    }
    return own_page(request, "cycle_honours", context)


@require_safe
def honour_pool(request, pk):
    user, pool = request.user, visible_pool(request.user, pk)
    with_quotas([pool])
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
        alike = {"cycle": pool.cycle, "purpose": pool.purpose, "percent": pool.percent}
        others = HonourPool.objects.undecided().filter(**alike).exclude(pk=pool.pk)
    steps = history(pool, "honour__appraised")
    context = {
        "pool": pool,
        "honours": honours,
        "keeps": keeps,
        "others": with_quotas(others.for_list().order_by("pk")),
        # Steps of nominations are only for those who see all nominations.
        "steps": [one for one in steps if keeps or one.honour_id is None],
        "acts": POOLS.buttons(user, pool),
        "crumbs": crumbs(pool),
    }
    return render(request, "evaluation/honour_pool.html", context)


# A view, not an act: a button on the page chooses the other pool.
@require_POST
def join_honour_pools(request, pk):
    user, pool = request.user, visible_pool(request.user, pk)
    require(rules.may_join_pools(user, pool))
    other = whole_number(request.POST.get("other", ""))
    other = get_object_or_404(HonourPool.objects.visible_to(user), pk=other)
    actions.join_pools(pool=pool, other=other, by=user, at=timezone.now())
    return redirect(pool)


@require_safe
def honour_notice(request, pk):
    """The sheet of the public notice, to hang up."""
    pool = visible_pool(request.user, pk)
    if pool.notice_from is None:
        require(Decision(_("There is a public notice once the meeting has decided.")))
    context = {
        "pool": pool,
        "honours": pool.honours.public().for_list().in_official_order(),
        "organ": pool.cycle.organ,
        "back_url": pool.get_absolute_url(),
    }
    return sheet_page(request, "evaluation/slips/honour_notice.html", context)


@require_safe
def appraised_results(request, pk):
    """A part of an appraised's page: grade of the year and honours visible to the reader, and blank
    ballots for those who hold the poll."""
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
        "pools_open": bool(rules.may_open_pools(user)),
        "prints": prints,
        "polls": list(polls.order_by("pk")) if prints else [],
        "crumbs": [
            (appraised.cycle.title, appraised.cycle.get_absolute_url()),
            (appraised.name, appraised.get_absolute_url()),
            (_("Honours and grades"), ""),
        ],
    }
    return own_page(request, "appraised_results", context)


@require_safe
def honours_print(request):
    user = request.user
    require(may_see_people(user))
    rows = HONOURS_AT.at(user, request.GET).rows.public().for_list()
    context = {
        "honours": rows.order_by("-year", *OFFICIAL.order()),
        "area": scope.area_of(user),
        "back_url": f"{reverse('evaluation:honours')}?{request.GET.urlencode()}",
    }
    return sheet_page(request, "evaluation/slips/honours.html", context)
