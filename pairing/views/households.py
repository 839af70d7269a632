"""The record of a helped household: open to the cadre while the pairing runs, and to the host."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from outreach.models import Visit
from pairing.actions import households as actions
from pairing.acts.households import crumbs, visible_household
from pairing.listings.pairings import visit_form_url
from pairing.models import Pairing
from pairing.rules import pairings as rules
from pairing.views.pairings import VISITS_SHOWN


def _record(request, household, difficulties=None):
    """Render the page of a household; `difficulties` are given only after a reveal."""
    user = request.user
    rows = Pairing.objects.visible_to(user).running(user.today).filter(household=household)
    pairings = list(rows.for_list().order_by("starts_on", "pk"))
    met = {pk for one in pairings for pk in one.contact_ids}
    visits = Visit.objects.visible_to(user).filter(pk__in=met)
    context = {
        "household": household,
        "pairings": pairings,
        "difficulties": difficulties,
        "revealing": rules.may_read_difficulties(user, household),
        "noting": rules.may_note_difficulty(user, household),
        "visits": visits.for_list().order_by("-visited_on", "-pk")[:VISITS_SHOWN],
        "visit_url": visit_form_url(household.unit_id, [household.pk]),
        "crumbs": crumbs(household),
    }
    return render(request, "pairing/helped_household.html", context)


@require_safe
def helped_household(request, pk):
    return _record(request, visible_household(request.user, pk))


@require_POST
def reveal_difficulties(request, pk):
    """Show the kinds of difficulty once, with an audit entry. A view, not an act, since it answers
    with the page."""
    household = visible_household(request.user, pk)
    found = actions.reveal_difficulties(household=household, by=request.user)
    return _record(request, household, found)


@require_POST
def drop_difficulty(request, pk, category):
    # A view, not an act, since its address names the kind as well.
    household = visible_household(request.user, pk)
    actions.drop_difficulty(household=household, category=category, by=request.user)
    return redirect("pairing:helped_household", pk=household.pk)
