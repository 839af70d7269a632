"""Party organisations of organs and units: found, shown, kept."""

from functools import partial

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal import rules
from portal.actions import party as actions
from portal.forms.staff import (
    ChangePartyOrganizationForm,
    EndPartyOrganizationForm,
    PartyOrganizationFilterForm,
    PartyOrganizationForm,
    RenamePartyOrganizationForm,
    carried_out,
)
from portal.models import GrassrootsUnit, Organ, PartyOrganization
from portal.pages import asked, lists
from portal.pages.side_list import Area
from portal.pages.web import Sort, exact_total, form_page, listed, page_or_part, posted
from portal.roles import Permission
from portal.trust.access import require

require_form = require_http_methods(["GET", "HEAD", "POST"])

# Parts of the page that the apps above own: (title, url name of a part, permission).
PARTY_PARTS = []

ORDER = Sort(gettext_lazy("official order"), "sort_order", descending=False)


@require_safe
def party_organizations(request):
    user, today = request.user, request.user.today
    require(rules.may_see_people(user))
    form = PartyOrganizationFilterForm(request.GET, user=user)
    rows = PartyOrganization.objects.visible_to(user)
    is_ended = request.GET.get("tab") == "ended"
    rows = rows.filter(ended_on__lte=today) if is_ended else rows.current(today)
    rows = form.narrow(rows) if form.is_valid() else rows.none()
    exact = exact_total(request, rows)
    if exact:
        return exact
    context = {
        "form": form,
        "tab": "ended" if is_ended else "current",
        "tabs": [
            {"code": "current", "label": _("Current"), "current": not is_ended},
            {"code": "ended", "label": _("Ended"), "current": is_ended},
        ],
        "columns": lists.columns(user, "party_organizations"),
        "keeps_places": user.holds(Permission.MANAGE_PLACES),
        "crumbs": [Area.ADMINISTRATION.crumb, (_("Party organisations"), "")],
        **listed(request, rows.for_list(), ORDER),
    }
    return page_or_part(
        request, "portal/party_organizations.html", "portal/_party_rows.html", context
    )


def _visible(user, pk):
    require(rules.may_see_people(user))
    rows = PartyOrganization.objects.visible_to(user).select_related(
        "organ__division", "unit__division", "unit__host_organ__division", "successor"
    )
    return get_object_or_404(rows, pk=pk)


def _crumbs(party, here=""):
    above = [(_("Party organisations"), reverse("party_organizations"))]
    if not here:
        return [*above, (party.name, "")]
    return [*above, (party.name, party.get_absolute_url()), (here, "")]


@require_safe
def party_organization(request, pk):
    user, party = request.user, _visible(request.user, pk)
    context = {
        "party": party,
        "predecessors": party.predecessors.order_by("ended_on", "pk"),
        "acts": _acts(user, party),
        "parts": [
            {"title": title, "url": reverse(name, args=[party.pk])}
            for title, name, permission in PARTY_PARTS
            if user.holds(permission)
        ],
        "crumbs": _crumbs(party),
    }
    return render(request, "portal/party_organization.html", context)


def _acts(user, party):
    if not user.holds(Permission.MANAGE_PLACES):
        return []
    decision = rules.may_change_party_organization(user, party)
    return [
        {"label": label, "decision": decision, "url": reverse(name, args=[party.pk])}
        for label, name in (
            (_("Correct"), "edit_party_organization"),
            (_("Rename"), "rename_party_organization"),
            (_("End it"), "end_party_organization"),
        )
    ]


@require_form
def new_party_organization(request):
    if not request.user.holds(Permission.MANAGE_PLACES):
        require(rules.may_keep_party_organization(request.user, organ=None, unit=None))
    organ = asked.row(request.GET, "organ", Organ.objects.select_related("parent"))
    units = GrassrootsUnit.objects.select_related("host_organ", "parent")
    unit = asked.row(request.GET, "unit", units)
    form = PartyOrganizationForm(
        posted(request),
        user=request.user,
        initial={"organ": organ, "unit": unit, "started_on": request.user.today},
    )
    added = carried_out(form, actions.add_party_organization, by=request.user)
    if added:
        return redirect(added)
    back, above = organ or unit, reverse("party_organizations")
    return form_page(
        request,
        form,
        title=_("Add a Party organisation"),
        submit_label=_("Add"),
        cancel_url=back.get_absolute_url() if back else above,
        crumbs=[(_("Party organisations"), above), (_("Add a Party organisation"), "")],
    )


@require_form
def edit_party_organization(request, pk):
    party = _visible(request.user, pk)
    require(rules.may_change_party_organization(request.user, party))
    names = ChangePartyOrganizationForm.base_fields
    form = ChangePartyOrganizationForm(
        posted(request), user=request.user, initial={name: getattr(party, name) for name in names}
    )
    change = partial(actions.change_party_organization, party=party)
    return _form_page(
        request,
        party,
        form,
        change,
        here=_("Correct"),
        submit_label=_("Save"),
        intro=_(
            "For slips of the pen, a new secretary, another number of members. A new name by "
            "a decision is “Rename”."
        ),
    )


@require_form
def rename_party_organization(request, pk):
    party = _visible(request.user, pk)
    require(rules.may_change_party_organization(request.user, party))
    form = RenamePartyOrganizationForm(
        posted(request), user=request.user, initial={"name": party.name, "on": request.user.today}
    )
    rename = partial(actions.rename_party_organization, party=party, at=timezone.now())
    return _form_page(
        request,
        party,
        form,
        rename,
        here=_("Rename"),
        submit_label=_("Rename"),
        intro=_(
            "The old name ends on this day and stays in what happened before; the new one "
            "takes over what still runs."
        ),
    )


@require_form
def end_party_organization(request, pk):
    party = _visible(request.user, pk)
    require(rules.may_change_party_organization(request.user, party))
    form = EndPartyOrganizationForm(
        posted(request),
        user=request.user,
        of_organ=party.organ_id is not None,
        initial={"ended_on": request.user.today},
    )
    end = partial(actions.end_party_organization, party=party, at=timezone.now())
    return _form_page(request, party, form, end, here=_("End it"), submit_label=_("End it"))


def _form_page(request, party, form, act, *, here, **page):
    done = carried_out(form, act, by=request.user)
    if done:
        return redirect(done)
    return form_page(
        request,
        form,
        title=f"{party.name} · {here}",
        cancel_url=party.get_absolute_url(),
        crumbs=_crumbs(party, here),
        **page,
    )
