"""The frame itself: start page, search, pickers, health."""

from celery import current_app
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from portal.duties import todo
from portal.models import Cadre, GrassrootsUnit, Organ
from portal.pages import first_day, side_list
from portal.pages.side_list import Area
from portal.places.pickers import PICKERS
from portal.roles import Permission
from portal.tasks import WORKER_ALIVE
from portal.trust.access import Decision, require

# Pickers are open to users who see places and people, and to those who give accounts and roles.
PICKING = (Permission.SEE_PEOPLE, Permission.MANAGE_ACCOUNTS, Permission.GIVE_GRANTS)
# Rows of each kind in a search.
FOUND = 10
# Start pages by the permissions that they need, the first that fits; filled by the apps.
FRONT_DOORS: list[tuple[tuple[Permission, ...], str]] = []
# Functions (user, text) → [{"title", "rows": [(label, note, url)]}]; filled by the apps.
SEARCHERS = []


@require_safe
def home(request):
    """Redirect to the user's start page, or to the first steps of an empty installation."""
    if first_day.greets(request.user):
        return redirect("first_day")
    for permissions, url_name in FRONT_DOORS:
        if all(request.user.holds(permission) for permission in permissions):
            return redirect(url_name)
    return render(request, "portal/home.html", {"crumbs": []})


@require_safe
def area(request, code):
    """The lists of one area, by groups."""
    if code not in Area.values:
        raise Http404
    groups = side_list.lists_in(code, request.user)
    if not groups:
        raise PermissionDenied
    found = Area(code)
    context = {
        "area": found,
        "waiting": todo.waiting_in(found, request.user),
        "groups": [
            {"title": _(title), "lines": [(_(e.label), reverse(e.url_name)) for e in entries]}
            for title, entries in groups.items()
        ],
        "crumbs": [],
    }
    return render(request, "portal/area.html", context)


@require_safe
def side_counts(request):
    """The numbers of the side list alone, for a page that showed them as they were a while ago."""
    counts = side_list.count_anew(request.user).items()
    return render(request, "portal/side_counts.html", {"counts": counts})


@require_safe
def search(request):
    text = request.GET.get("q", "").strip()[:60]
    found = []
    if len(text) >= 2:
        for searcher in [*SEARCHERS, _places_and_people]:
            found += [group for group in searcher(request.user, text) if group["rows"]]
    context = {"search_text": text, "found": found, "crumbs": [(_("Search"), "")]}
    return render(request, "portal/search.html", context)


def _places_and_people(user, text):
    if not user.holds(Permission.SEE_PEOPLE):
        return []
    units = GrassrootsUnit.objects.called(text).select_related("host_organ")
    organs = Organ.objects.called(text).select_related("parent")
    cadres = Cadre.objects.visible_to(user).called(text).select_related("organ")
    units = units.order_by("sort_order", "pk")[:FOUND]
    organs = organs.order_by("sort_order", "pk")[:FOUND]
    cadres = cadres.order_by("organ__sort_order", "sort_order", "pk")[:FOUND]
    return [
        _group(_("Grassroots units"), units, lambda u: u.host_organ.label),
        _group(_("Organs"), organs, lambda o: o.parent.label if o.parent else ""),
        _group(_("Cadres"), cadres, lambda c: f"{c.organ.label} {c.post}"),
    ]


def _group(title, rows, note):
    return {"title": title, "rows": [(row.name, note(row), row.get_absolute_url()) for row in rows]}


@require_safe
def pick(request, kind):
    """Matches for a picker while somebody types; the text is the one parameter it sends."""
    picker = PICKERS.get(kind)
    if picker is None:
        raise Http404
    if not any(request.user.holds(permission) for permission in PICKING):
        require(Decision(_("Your roles may not search places and people.")))
    text = next(iter(request.GET.values()), "").strip()[:60]
    found = picker.find(request.user, text) if text else []
    matches = [
        {
            "pk": one.pk,
            "label": picker.label(one),
            "note": picker.note(one),
            "kind": getattr(one, "kind", "") if kind == "unit" else "",
        }
        for one in found
    ]
    return render(request, "portal/_matches.html", {"matches": matches, "text": text})


# Outside ATOMIC_REQUESTS, whose transaction would ask for the database before the view can.
@transaction.non_atomic_requests
@login_not_required
@require_safe
def readyz(request):
    """This node can serve: the database answers."""
    return _health({"database": _database_answers()})


@transaction.non_atomic_requests
@login_not_required
@require_safe
def healthz(request):
    """Database, broker and a worker (by its heartbeat) are alive."""
    return _health(
        {"database": _database_answers(), "broker": _broker_answers(), "worker": _worker_beats()}
    )


def _health(parts):
    state = {name: "ok" if well else "down" for name, well in parts.items()}
    return JsonResponse(state, status=200 if all(parts.values()) else 503)


def _database_answers():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers():
    """Connects to the broker itself, since the cache may be another server."""
    timeouts = {"socket_connect_timeout": 3, "socket_timeout": 3}
    try:
        connect = current_app.connection_for_write
        with connect(transport_options=timeouts) as broker:  # pyright: ignore[reportCallIssue]  # a proxy of Celery
            broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
    except (BrokerError, OSError):
        return False
    return True


def _worker_beats():
    try:
        return bool(cache.get(WORKER_ALIVE))
    except (RedisError, OSError):
        return False
