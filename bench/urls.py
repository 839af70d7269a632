"""The portal's own addresses, the floors of its lists, and Django's admin on two tables."""

from unittest import mock

from django.contrib import admin
from django.shortcuts import render
from django.urls import include, path, resolve, reverse
from django.views.decorators.http import require_safe

from outreach.models import Matter, Visit
from outreach.views import dashboard
from oversight.views import plans
from portal.pages import listings
from portal.views.context_processors import frame
from research.views import survey_results

# --- The floor: what is left of a page when nothing has to be looked up -------------------


def floor_of_list(name):
    """A list from memory: what the real view draws is taken once for each reader and kept."""
    kept = {}

    @require_safe
    def floor(request):
        reader = request.user.pk
        if reader not in kept:
            drawing = mock.patch.object(listings, "drawn", return_value="")
            with drawing as drawn, mock.patch.object(listings, "render") as rendered:
                resolve(reverse(name)).func(request)
            _request, template, context = rendered.call_args.args
            side_list = {"side_list": list(frame(request)["side_list"])}
            kept[reader] = drawn.call_args, template, context | side_list
        draw, template, context = kept[reader]
        body = listings.drawn(draw.args[0], request, **draw.kwargs)
        return render(request, template, context | {"body": body})

    return floor


def floor_of(name, module=""):
    """A page from memory: the real view's context is taken once for each reader and kept. `module`
    renders it, where the view's own does not."""
    kept = {}

    @require_safe
    def floor(request, **which):
        reader = request.user.pk, *which.values()
        if reader not in kept:
            taken = {}
            view = resolve(reverse(name, kwargs=which)).func

            def take(_request, template, _part, context, *, status=200):
                taken.update(context, template=template)

            with mock.patch(f"{module or view.__module__}.page_or_part", take):
                view(request, **which)
            taken["side_list"] = list(frame(request)["side_list"])
            kept[reader] = taken
        return render(request, kept[reader]["template"], kept[reader])

    return floor


def floor_rendered(views, name):
    """The same for the page of one record that a view of this module renders."""
    kept = {}

    @require_safe
    def floor(request, pk):
        if pk not in kept:
            taken = {}

            def take(_request, template, context):
                taken.update(context, template=template)

            with mock.patch.object(views, "render", take):
                getattr(views, name)(request, pk)
            taken["side_list"] = list(frame(request)["side_list"])
            kept[pk] = taken
        return render(request, kept[pk]["template"], kept[pk])

    return floor


def floor_of_dashboard():
    """The same for a page that is rendered whole."""
    kept = {}

    @require_safe
    def floor(request):
        key = request.user.pk, request.GET.get("period")
        if key not in kept:
            taken = {}

            def take(_request, template, context, *, status):
                taken.update(context, template=template)

            with mock.patch.object(dashboard, "render", take):
                dashboard.dashboard(request)
            taken["side_list"] = list(frame(request)["side_list"])
            kept[key] = taken
        return render(request, kept[key]["template"], kept[key])

    return floor


# --- What a user would pick instead ----------------------------------------------------------


class OpenSite(admin.AdminSite):
    def has_permission(self, request):
        return request.user.is_authenticated


class OpenAdmin(admin.ModelAdmin):
    def has_module_permission(self, request):
        return True

    def has_view_permission(self, request, obj=None):
        return True

    has_add_permission = has_change_permission = has_delete_permission = (
        lambda self, request, obj=None: True
    )


class VisitAdmin(OpenAdmin):
    date_hierarchy = "visited_on"
    list_display = ["visited_on", "summary", "unit", "author", "organ", "mode"]
    list_filter = ["mode", "visited_on", "voided_at"]
    list_per_page = 50
    search_fields = Visit.SEARCHED_FIELDS


class MatterAdmin(OpenAdmin):
    date_hierarchy = "registered_on"
    list_display = ["number", "title", "unit", "lead_organ", "due_on", "status", "word"]
    list_filter = ["status", "category", "urgency"]
    list_per_page = 50
    search_fields = Matter.SEARCHED_FIELDS


site = OpenSite(name="admin")
site.register(Visit, VisitAdmin)
site.register(Matter, MatterAdmin)

urlpatterns = [
    path("floor/visits/", floor_of_list("outreach:visits")),
    path("floor/matters/", floor_of_list("outreach:matters")),
    path("floor/stays/", floor_of("outreach:stay_timeline")),
    path("floor/pairings/", floor_of_list("pairing:pairings")),
    path("floor/support_items/", floor_of_list("pairing:support_items")),
    path("floor/score/<int:pk>/", floor_of("evaluation:score", "evaluation.views.parts")),
    path("floor/results/<int:pk>/", floor_rendered(survey_results, "results")),
    path("floor/plan/<int:pk>/", floor_rendered(plans, "plan")),
    path("floor/dashboard/", floor_of_dashboard()),
    path("admin/", site.urls),
    path("", include("portal.urls")),
]
