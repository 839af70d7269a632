"""Contact areas and households."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from outreach.actions import areas as actions
from outreach.forms.areas import HouseholdForm
from outreach.models import ContactArea, Household
from outreach.rules import areas as rules
from outreach.rules.places import hosts
from portal.access import require
from portal.models import GrassrootsUnit
from portal.side_list import Area
from portal.web import Sort, form_page, listed, posted

SORT = Sort(gettext_lazy("newest first"), "starts_on")


@require_safe
def contact_areas(request):
    day = request.user.today
    rows = ContactArea.objects.visible_to(request.user)
    tab = "ended" if request.GET.get("tab") == "ended" else "running"
    rows = rows.running(day) if tab == "running" else rows.filter(ends_on__lt=day)
    text = request.GET.get("q", "").strip()
    if text:
        rows = rows.filter(unit__name__contains=text) | rows.filter(cadre__name__contains=text)
    shown = rows.select_related("cadre__organ", "unit__host_organ").prefetch_related("households")
    context = {
        **listed(request, shown, SORT),
        "tab": tab,
        "text": text,
        "may_arrange": rules.may_arrange_areas(request.user),
        "crumbs": [Area.GOING_DOWN.crumb, (_("Contact areas"), "")],
    }
    return render(request, "outreach/contact_areas.html", context)


@require_safe
def households(request, unit_pk):
    unit = get_object_or_404(GrassrootsUnit.objects.select_related("host_organ"), pk=unit_pk)
    require(rules.may_keep_households(request.user, unit))
    rows = Household.objects.visible_to(request.user).filter(unit=unit, ended_on=None)
    text = request.GET.get("q", "").strip()
    if text:
        rows = rows.filter(serial__startswith=text) | rows.filter(display_name__startswith=text)
    context = {
        "unit": unit,
        "households": rows.order_by("group", "serial", "pk")[:500],
        "text": text,
        # Its record belongs to who helps it, and to the host.
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
    # No row: its address names the unit before the household.
    unit = get_object_or_404(GrassrootsUnit.objects.select_related("host_organ"), pk=unit_pk)
    require(rules.may_keep_households(request.user, unit))
    known = (
        get_object_or_404(Household.objects.visible_to(request.user), unit=unit, pk=pk)
        if pk
        else None
    )
    form = HouseholdForm(posted(request), instance=known or Household(unit=unit))
    form.label_suffix = ""
    if form.is_bound and form.is_valid():
        try:
            actions.keep_household(by=request.user, unit=unit, household=known, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            return redirect("outreach:households", unit_pk=unit.pk)
    context = {
        "title": _("Household"),
        "intro": _("Only what finds the door: no names in full, no reasons, no labels."),
        "form": form,
        "submit_label": _("Save"),
        "cancel_url": reverse("outreach:households", args=[unit.pk]),
        "crumbs": [
            (unit.name, unit.get_absolute_url()),
            (_("Households"), reverse("outreach:households", args=[unit.pk])),
            (known.serial if known else _("New"), ""),
        ],
    }
    return form_page(request, **context)
