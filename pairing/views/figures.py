"""The parts of the dashboard about pairing, and the list of units behind the coverage."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.overview.dashboard_forms import DashboardForm, ScopeForm, scope_label
from outreach.views.dashboard import dashboard_part
from pairing import dashboard as board
from pairing.rules import figures as rules
from portal.listings.places import UNIT_ORDER
from portal.pages.web import listed
from portal.tools.replica import reads_at_replica
from portal.trust.access import require


@require_safe
@reads_at_replica
def pairing_dashboard(request):
    return _part(request, _("Who helps whom"), board.who_helps_whom, "pairing/_who_helps_whom.html")


@require_safe
@reads_at_replica
def help_dashboard(request):
    title = _("What is needed and what is given")
    return _part(request, title, board.needed_and_given, "pairing/_needed_and_given.html")


@require_safe
@reads_at_replica
def contact_dashboard(request):
    title = _("Pairings without contact")
    return _part(request, title, board.contact, "pairing/_contact.html")


def _part(request, title, numbers, part):
    require(rules.may_see_numbers(request.user))
    form = DashboardForm(request.GET, user=request.user)
    form.is_valid()
    scope, days = form.scope, form.days
    return dashboard_part(request, form, title, part, numbers(scope, days), days=days)


@require_safe
@reads_at_replica
def paired_units(request):
    """The units behind a number of the coverage: with or without a helping organ today."""
    require(rules.may_see_numbers(request.user))
    form = ScopeForm(request.GET, user=request.user)
    form.is_valid()
    scope, has = form.scope, request.GET.get("has") != "nobody"
    shown = listed(request, board.units(scope, has=has).select_related("host_organ"), UNIT_ORDER)
    there = board.helpers_of(scope, shown["page"])
    title = _("Units paired with an organ") if has else _("Units without an organ that helps")
    context = {
        **shown,
        "form": form,
        "title": title,
        "rows": [(unit, there.get(unit.pk, [])) for unit in shown["page"]],
        "scope_label": scope_label(scope),
        "crumbs": [(_("Dashboard"), reverse("outreach:dashboard")), (title, "")],
    }
    status = 422 if form.errors else 200
    return render(request, "pairing/paired_units.html", context, status=status)
