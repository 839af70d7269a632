"""Floors of pages: each page rendered without looking anything up."""

from unittest import mock

from django.shortcuts import render
from django.urls import path, resolve, reverse
from django.views.decorators.http import require_safe

from outreach.views import dashboard
from oversight.views import plans
from portal.duties import todo as queue
from portal.pages import listings
from portal.views import todo
from portal.views.context_processors import frame
from research.views import survey_results


def _side_list(request):
    """Return the side list with its counts evaluated once."""
    return {"side_list": dict(frame(request)["side_list"])}


def floor_of_list(name):
    """Return a view of a list from memory; the context of the real view is computed once per
    reader."""
    kept = {}

    @require_safe
    def floor(request):
        reader = request.user.pk
        if reader not in kept:
            drawing = mock.patch.object(listings, "drawn", return_value="")
            with drawing as drawn, mock.patch.object(listings, "render") as rendered:
                resolve(reverse(name)).func(request)
            _request, template, context = rendered.call_args.args
            kept[reader] = drawn.call_args, template, context | _side_list(request)
        draw, template, context = kept[reader]
        body = listings.drawn(draw.args[0], request, **draw.kwargs)
        return render(request, template, context | {"body": body})

    return floor


def floor_of(name, module=""):
    """Return a view of a page from memory; the context of the real view is computed once per
    reader.

    `module` is the module that renders the page, if it is not that of the view.
    """
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
            taken |= _side_list(request)
            kept[reader] = taken
        return render(request, kept[reader]["template"], kept[reader])

    return floor


def floor_rendered(views, name):
    """Return the same for a page of one record that a view of this module renders."""
    kept = {}

    @require_safe
    def floor(request, pk):
        if pk not in kept:
            taken = {}

            def take(_request, template, context):
                taken.update(context, template=template)

            with mock.patch.object(views, "render", take):
                getattr(views, name)(request, pk)
            taken |= _side_list(request)
            kept[pk] = taken
        return render(request, kept[pk]["template"], kept[pk])

    return floor


def floor_of_dashboard():
    """Return the same for the dashboard, which is rendered whole."""
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
            taken |= _side_list(request)
            kept[key] = taken
        return render(request, kept[key]["template"], kept[key])

    return floor


def floor_of_todo():
    """Return a view of the queue's first page; numbers and rows are computed once per reader."""
    kept = {}

    @require_safe
    def floor(request):
        user = request.user
        if user.pk not in kept:
            kept[user.pk] = queue.counts(user), queue.queue(user, size=todo.ROWS)
        numbers, rows = kept[user.pk]
        counts = mock.patch.object(queue, "counts", return_value=numbers)
        with counts, mock.patch.object(queue, "queue", return_value=rows):
            return todo.todo_list(request)

    return floor


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
    path("floor/todo/", floor_of_todo()),
]
