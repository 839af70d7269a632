"""Pages with one security hole each, and one without, on which tests/test_attacks.py checks that
each attack finds its hole. Only the office should be able to open them."""

from pathlib import Path
from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.models import GrassrootsUnit, SavedFilter, User
from portal.trust.access import Decision, require

FORM = """<form method="post"><input type="hidden" name="key" value="1">
<input type="text" name="q"></form>"""
# {column of an attack: the page whose hole it finds}
HOLES = {}


def hole(column, *methods):
    """A page for the office with a hole, for these methods (default GET and POST)."""

    def decorate(view):
        def guarded(request, *args, **kwargs):
            if request.user.username != "office":
                require(Decision("office"))
            return view(request, *args, **kwargs)

        guarded.__name__ = view.__name__
        HOLES[column] = require_http_methods([*(methods or ("GET", "POST"))])(guarded)
        return HOLES[column]

    return decorate


def bare(column):
    """A page without any guard."""

    def decorate(view):
        HOLES[column] = view
        return view

    return decorate


def _write(request):
    User.objects.filter(pk=request.user.pk).update(large_type=True)


@bare("nobody")
@login_not_required
def nobody(request):
    return HttpResponse("for everybody")


@bare("neighbour")
def neighbour(request):
    return HttpResponse("for everybody who signs in")


@bare("wrong role")
def wrong_role(request):
    return HttpResponse("for everybody who signs in")


@bare("ids of others")
def ids_of_others(request):
    if request.method == "POST":
        GrassrootsUnit.objects.filter(name="柳湾村").update(office_phone="1")
    return HttpResponse(FORM)


@hole("no token")
def _no_token(request):
    return HttpResponse(FORM)


@hole("foreign origin")
def _foreign_origin(request):
    return HttpResponse(FORM)


@hole("content type")
def _content_type(request):
    return HttpResponse(FORM)


for column in ("no token", "foreign origin", "content type"):
    HOLES[column] = csrf_exempt(HOLES[column])


@hole("link")
def link(request):
    if request.GET.get("action") == "delete":
        _write(request)
    return HttpResponse(FORM)


@hole("method", "GET", "POST", "DELETE")
def method(request):
    return HttpResponse(FORM)


@hole("host")
def host(request):
    said = request.headers.get("X-Forwarded-Host", "testserver")
    return HttpResponse(f'<a href="https://{said}/">back</a>')


@hole("script")
def script(request):
    return HttpResponse(request.GET.get("q", ""))


@hole("unknown id")
def unknown_id(request, pk):
    return HttpResponse("whatever it is")


@hole("paths")
def paths(request):
    name = request.GET.get("q", "")
    file = Path("/", "var", "x", name) if name else Path("/none")
    return HttpResponse(file.read_text() if file.is_file() else FORM)


@hole("NUL, encodings")
def nul_encodings(request):
    request.GET.get("q", "").encode("ascii")
    return HttpResponse(FORM)


@hole("long")
def long(request):
    assert len(request.GET.get("q", "")) < 1_000
    return HttpResponse(FORM)


@hole("leads away")
def leads_away(request):
    if wanted := request.GET.get("next"):
        return HttpResponseRedirect(wanted)
    return HttpResponse(FORM)


@hole("sent twice")
def sent_twice(request):
    if request.method == "POST":
        SavedFilter.objects.create(user=request.user, page="x", name=uuid4().hex[:20], query="q=1")
        return redirect("home")
    return HttpResponse(FORM)


@hole("hidden fields")
def hidden_fields(request):
    if "is_active" in request.POST:
        _write(request)
    return HttpResponse(FORM)


@hole("")
def sound(request):
    if request.method == "POST":
        return redirect("home")
    return HttpResponse(FORM)


_holes = [
    path("unknown/<int:pk>/", HOLES["unknown id"], name="unknown_id"),
    *[
        path(f"{number}/", view, name=view.__name__)
        for number, (column, view) in enumerate(HOLES.items())
        if column != "unknown id"
    ],
]
urlpatterns = [
    path("holes/", include((_holes, "holes"))),
    path("", include("portal.urls")),
]
handler403 = "portal.views.errors.refused"
handler404 = "portal.views.errors.not_found"
