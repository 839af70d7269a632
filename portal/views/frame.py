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
from portal.pages import finding, first_day, side_list
from portal.pages.side_list import Area
from portal.places.pickers import PICKERS
from portal.roles import Permission
from portal.tasks import WORKER_ALIVE
from portal.trust.access import Decision, require

# Pickers are open to users who see places and people, and to those who give accounts and roles.
PICKING = (Permission.SEE_PEOPLE, Permission.MANAGE_ACCOUNTS, Permission.GIVE_GRANTS)
# Start pages with the permissions they need, of which the first match counts; filled by the apps.
FRONT_DOORS: list[tuple[tuple[Permission, ...], str]] = []


@require_safe
def home(request):
    """Redirect to the user's start page, or to the first steps of an empty installation."""
    if first_day.is_front_page_of(request.user):
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
    """The numbers of the side list alone, for a page that showed outdated ones."""
    counts = side_list.counts_of_lines(request.user)
    return render(request, "portal/side_counts.html", {"counts": counts.items()})


@require_safe
def search(request):
    return _found(request, "portal/search.html", finding.SHOWN_ON_PAGE)


@require_safe
def command(request):
    """Matches for the command bar while the user types."""
    return _found(request, "portal/_command.html", finding.SHOWN)


def _found(request, template, size):
    text = request.GET.get("q", "").strip()
    context = {
        "search_text": text[: finding.LONGEST],
        "is_cut": len(text) > finding.LONGEST,
        "is_short": len(text) < finding.SHORTEST,
        "found": finding.find(request.user, text, size=size),
        "crumbs": [(_("Search"), "")],
    }
    return render(request, template, context)


@require_safe
def pick(request, kind):
    """Matches for a picker while the user types; the text is the only parameter sent."""
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


# Outside ATOMIC_REQUESTS, whose transaction would need the database before the view can respond.
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
