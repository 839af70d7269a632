"""Contact areas and households."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outreach.actions import areas as actions
from outreach.forms.areas import HouseholdForm
from outreach.models import Household
from outreach.rules import areas as rules
from outreach.rules.places import hosts
from portal.models import GrassrootsUnit
from portal.pages.web import form_page, posted
from portal.trust import wall
from portal.trust.access import require


def _unit(user, pk):
    unit = get_object_or_404(GrassrootsUnit.objects.select_related("host_organ"), pk=pk)
    require(rules.may_keep_households(user, unit))
    return unit


def _crumbs(unit, here):
    way = (_("Households"), reverse("outreach:households", args=[unit.pk]))
    return [(unit.name, unit.get_absolute_url()), way, (here, "")]


# Not a Listing: the URL names the unit.
@require_safe
def households(request, unit_pk):
    unit = _unit(request.user, unit_pk)
    rows = Household.objects.visible_to(request.user).filter(unit=unit, ended_on=None)
    text = request.GET.get("q", "").strip()
    if text:
        rows = rows.filter(serial__startswith=text) | rows.filter(display_name__startswith=text)
    context = {
        "unit": unit,
        "households": rows.in_order_of_groups()[:500],
        "text": text,
        "hosts": hosts(request.user, unit),
        "crumbs": [
            (_("Grassroots units"), reverse("units")),
            (unit.name, unit.get_absolute_url()),
            (_("Households"), ""),
        ],
    }
    return render(request, "outreach/households.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def household(request, unit_pk, pk=None):
    """Add a household to a unit's list, or correct one."""
    # Not an Act: the URL names the unit before the household.
    user, unit = request.user, _unit(request.user, unit_pk)
    known = pk and get_object_or_404(Household.objects.visible_to(user), unit=unit, pk=pk)
    form = HouseholdForm(posted(request), instance=known or Household(unit=unit))
    form.label_suffix = ""
    if form.is_bound and form.is_valid():
        try:
            with wall.as_system("an act, after its rule"):
                actions.keep_household(by=user, unit=unit, household=known, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            return redirect("outreach:households", unit_pk=unit.pk)
    return form_page(
        request,
        form,
        title=_("Household"),
        intro=_("Only what is needed to find the household: no full names, reasons or labels."),
        submit_label=_("Save"),
        cancel_url=reverse("outreach:households", args=[unit.pk]),
        crumbs=_crumbs(unit, known.serial if known else _("New")),
    )
