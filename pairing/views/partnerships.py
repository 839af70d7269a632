"""Partnerships of Party branches: list, page, sheet."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pairing.acts.partnerships import PARTNERSHIPS, crumbs, visible_partnership
from pairing.filters.partnerships import TABS, in_tab, partnerships_at
from pairing.ledgers.partnerships import PARTNERSHIP_LEDGER
from pairing.models import JointActivity
from portal import ledgers
from portal.access import Decision, require
from portal.roles import Permission
from portal.side_list import Area
from portal.web import Sort, exact_total, listed, page_or_part

NEWEST = Sort(gettext_lazy("newest first"), "starts_on")
# On the page of a partnership; all of them stand in the list of activities.
SHOWN_ACTIVITIES = 10


@require_safe
def partnerships(request):
    user = request.user
    filtered, tab = partnerships_at(user, request.GET)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    shown = in_tab(rows, tab, on=user.today)
    if count := exact_total(request, shown):
        return count
    page = listed(request, shown.for_list(), NEWEST)
    done = JointActivity.objects.done_together(page["page"])
    for pairing in page["page"]:
        pairing.activity_count, pairing.deed_count = done.get(pairing.pk, (0, 0))
    context = {
        **page,
        "filter": filtered,
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "current": code == tab} for code, label in TABS.items()
        ],
        "sorts": [("", NEWEST)],
        "sort": NEWEST,
        "may_export": user.holds(Permission.EXPORT),
        "may_agree": user.holds(Permission.MANAGE_PAIRINGS),
        "crumbs": [Area.PAIRING.crumb, (_("Co-building"), "")],
    }
    return page_or_part(
        request, "pairing/partnerships.html", "pairing/_partnership_rows.html", context
    )


@require_safe
def partnership(request, pk):
    user, pairing = request.user, visible_partnership(request.user, pk)
    context = {
        "pairing": pairing,
        "plan": getattr(pairing, "co_building", None),
        "done": JointActivity.objects.done_together([pairing]).get(pairing.pk, (0, 0)),
        "activities": pairing.joint_activities.standing().defer("search").order_by(
            "-held_on", "-pk"
        )[:SHOWN_ACTIVITIES],
        "is_running": pairing.runs_on(user.today),
        "acts": PARTNERSHIPS.buttons(user, pairing),
        "crumbs": crumbs(pairing),
    }  # fmt: skip
    return render(request, "pairing/partnership.html", context)


@require_POST
def export_partnerships(request):
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken" and v}
    return redirect(ledgers.start_export(PARTNERSHIP_LEDGER, filters=filters, by=request.user))
