"""What a host looks at first: a part of Today, and of the page of a unit."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.overview import first_page
from outreach.rules import whole as rules
from portal.models import GrassrootsUnit
from portal.pages.web import page_or_part
from portal.trust.access import require

PAGE, PART = "outreach/first_figures.html", "outreach/_first_figures.html"


@require_safe
def first_figures(request):
    require(rules.may_see_first_figures(request.user))
    sections = first_page.of_host(request.user)
    context = {
        "sections": sections,
        "heading": "",
        # The organ is named only if there are several.
        "names_host": len({one.host for one in sections}) > 1,
        "crumbs": [(_("Today"), reverse("outreach:today")), (_("At a glance"), "")],
    }
    return page_or_part(request, PAGE, PART, context)


@require_safe
def figures_of_unit(request, pk):
    unit = get_object_or_404(GrassrootsUnit.objects.select_related("host_organ", "division"), pk=pk)
    require(rules.may_see_figures_of(request.user, unit))
    context = {
        "sections": [first_page.of_unit(request.user, unit)],
        "names_host": False,
        "heading": _("At a glance"),
        "crumbs": [(unit.name, unit.get_absolute_url()), (_("At a glance"), "")],
    }
    return page_or_part(request, PAGE, PART, context)
