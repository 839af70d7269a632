"""Contact points of leaders: list, record, arranging, taking over the year before, print, sheet."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outreach.models import Matter, Visit
from pairing.actions import leading as actions
from pairing.acts.leading import POINTS, crumbs, visible_point
from pairing.filters.leading import OFFICIAL, POINTS_AT, year_to_arrange
from pairing.rules import leading as rules
from portal.pages.acts import is_shown
from portal.pages.side_list import Area
from portal.pages.web import sheet_page
from portal.records.steps import history
from portal.rules import may_see_people
from portal.sheets import scope
from portal.tools.asked import whole_number
from portal.trust import wall
from portal.trust.access import require


@require_safe
def contact_point(request, pk):
    user, point = request.user, visible_point(request.user, pk)
    visits = point.visits().filter(pk__in=Visit.objects.visible_to(user).values("pk"))
    visits = list(visits.for_list().order_by("-visited_on", "-pk"))
    unconfirmed = point.unconfirmed_visits()
    unconfirmed = unconfirmed.filter(pk__in=Visit.objects.visible_to(user).values("pk"))
    moved = point.matters_moved().filter(pk__in=Matter.objects.visible_to(user).values("pk"))
    context = {
        "point": point,
        "visits": visits,
        "closed_to_reader": point.done - len(visits),
        "unconfirmed": list(unconfirmed.for_list().order_by("-visited_on", "-pk")),
        "moved": list(moved.for_list().order_by("-registered_on", "-pk")),
        "cooperating": point.cooperating.order_by("sort_order", "pk"),
        "steps": history(point),
        "acts": _buttons(user, point),
        "crumbs": [Area.PAIRING.crumb, *crumbs(point)],
    }
    return render(request, "pairing/contact_point.html", context)


def _buttons(user, point):
    own = {
        "label": _("Write down a visit"),
        "url": point.visit_form_url,
        "decision": rules.may_write_down_visit(user, point),
        "primary": True,
    }
    entered = {
        "label": _("Enter a visit for the leader"),
        "url": point.entry_form_url,
        "decision": rules.may_enter_visit(user, point),
    }
    shown = [one for one in (own, entered) if is_shown(one["decision"])]
    return [*shown, *POINTS.buttons(user, point)]


# --- Arranging ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def take_over_contact_points(request):
    """Arrange last year's points again. A view, not an act, since a preview comes first."""
    user = request.user
    require(rules.may_arrange_points(user))
    year, problem = year_to_arrange(request.user, request.GET), ""
    if request.method == "POST":
        shown = [whole_number(one) for one in request.POST.getlist("shown")]
        try:
            with wall.as_system("an act, after its rule"):
                actions.take_over_year(year=year, shown=shown, by=user, at=timezone.now())
            return redirect(f"{reverse('pairing:contact_points')}?year={year}")
        except actions.ChangedMeanwhile as changed:
            problem = str(changed)
    rows = actions.to_take_over(user, year)
    context = {
        "year": year,
        "before": year - 1,
        "problem": problem,
        "taken": [point for point, why in rows if not why],
        "left_out": [(point, why) for point, why in rows if why],
        "crumbs": crumbs(None, _("Take over last year's arrangement")),
    }
    status = 422 if problem else 200
    return render(request, "pairing/take_over_contact_points.html", context, status=status)


# --- On paper ----------------------------------------------------------------------------------


@require_safe
def contact_points_print(request):
    """The arrangement to post on the wall: the plan, in the official order."""
    user = request.user
    require(may_see_people(user))
    asked = POINTS_AT.at(user, request.GET)
    context = {
        "points": asked.rows.for_list().order_by(*OFFICIAL.order()),
        "year": asked.filter.shown_year,
        "area": scope.area_of(user),
        "back_url": f"{reverse('pairing:contact_points')}?{request.GET.urlencode()}",
    }
    return sheet_page(request, "pairing/slips/contact_points.html", context)
