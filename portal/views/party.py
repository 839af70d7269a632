"""Pages of Party organisations of organs and units."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal import rules
from portal.actions import party as actions
from portal.acts.party import PARTY_ORGANIZATIONS, party_crumbs, visible_party
from portal.forms.staff import PartyOrganizationForm, carried_out
from portal.models import GrassrootsUnit, Organ
from portal.pages.web import posted
from portal.roles import Permission
from portal.tools import asked
from portal.trust.access import require
from portal.views.pieces import ask, parts_of, require_form

# Parts of the page that the apps above own: (title, url name of a part, permission).
PARTY_PARTS = []


@require_safe
def party_organization(request, pk):
    user, party = request.user, visible_party(request.user, pk)
    context = {
        "party": party,
        "predecessors": party.predecessors.order_by("ended_on", "pk"),
        "acts": PARTY_ORGANIZATIONS.buttons(user, party)
        if user.holds(Permission.MANAGE_PLACES)
        else [],
        "parts": parts_of(user, PARTY_PARTS, party),
        "crumbs": party_crumbs(party),
    }
    return render(request, "portal/party_organization.html", context)


@require_form
def new_party_organization(request):
    if not request.user.holds(Permission.MANAGE_PLACES):
        require(rules.may_keep_party_organization(request.user, organ=None, unit=None))
    organ = asked.row(request.GET, "organ", Organ.objects.select_related("parent"))
    units = GrassrootsUnit.objects.select_related("host_organ", "parent")
    unit = asked.row(request.GET, "unit", units)
    initial = {"organ": organ, "unit": unit, "started_on": request.user.today}
    form = PartyOrganizationForm(posted(request), user=request.user, initial=initial)
    if added := carried_out(form, actions.add_party_organization, by=request.user):
        return redirect(added)
    title, above = _("Add a Party organisation"), (_("Party organisations"), "party_organizations")
    return ask(request, form, title, _("Add"), above, back=organ or unit)
