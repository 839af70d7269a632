"""Party organisations of organs and units: found, shown, kept."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal import rules
from portal.actions import party as actions
from portal.acts.party import PARTY_ORGANIZATIONS, party_crumbs, visible_party
from portal.forms.staff import PartyOrganizationFilterForm, PartyOrganizationForm, carried_out
from portal.models import GrassrootsUnit, Organ, PartyOrganization
from portal.pages import asked, lists
from portal.pages.side_list import Area
from portal.pages.web import Sort, exact_total, listed, page_or_part, posted
from portal.roles import Permission
from portal.trust.access import require
from portal.views.pieces import CURRENT, ask, parts_of, require_form, tabs_of

# Parts of the page that the apps above own: (title, url name of a part, permission).
PARTY_PARTS = []

ORDER = Sort(_("official order"), "sort_order", descending=False)


@require_safe
def party_organizations(request):
    user, today = request.user, request.user.today
    require(rules.may_see_people(user))
    form = PartyOrganizationFilterForm(request.GET, user=user)
    rows = PartyOrganization.objects.visible_to(user)
    tab = "ended" if request.GET.get("tab") == "ended" else "current"
    rows = rows.filter(ended_on__lte=today) if tab == "ended" else rows.current(today)
    rows = form.narrow(rows) if form.is_valid() else rows.none()
    if exact := exact_total(request, rows):
        return exact
    context = {
        "form": form,
        "tab": tab,
        "tabs": tabs_of(CURRENT, tab),
        "columns": lists.columns(user, "party_organizations"),
        "keeps_places": user.holds(Permission.MANAGE_PLACES),
        "crumbs": [Area.ADMINISTRATION.crumb, (_("Party organisations"), "")],
        **listed(request, rows.for_list(), ORDER),
    }
    return page_or_part(
        request, "portal/party_organizations.html", "portal/_party_rows.html", context
    )


@require_safe
def party_organization(request, pk):
    user, party = request.user, visible_party(request.user, pk)
    context = {
        "party": party,
        "predecessors": party.predecessors.order_by("ended_on", "pk"),
        "acts": PARTY_ORGANIZATIONS.buttons(user, party)
        if user.holds(Permission.MANAGE_PLACES)
        else [],
        "parts": parts_of(user, PARTY_PARTS, party.pk),
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
