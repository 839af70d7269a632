"""One's calendar of deadlines: the page that makes its address, and the calendar itself."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from api import ical
from api.actions import calendar as actions
from api.rules import calendar as rules
from portal import wordings
from portal.pages.side_list import Area
from portal.trust import wall
from portal.trust.access import require


@require_safe
def my_calendar(request):
    return _page(request)


def _page(request, address=""):
    user = request.user
    require(rules.may_have(user))
    context = {
        "feed": user.calendar_feeds.in_use().first(),
        "address": address,
        "crumbs": [Area.GOING_DOWN.crumb, (_("Calendar of deadlines"), "")],
    }
    return render(request, "api/my_calendar.html", context)


@never_cache
@sensitive_variables("secret")
@require_POST
def make_calendar(request):
    """Make the address; only this response shows it."""
    _feed, secret = actions.make(by=request.user, at=timezone.now())
    return _page(request, request.build_absolute_uri(f"/calendar/{secret}.ics"))


@require_POST
def revoke_calendar(request):
    require(rules.may_have(request.user))
    actions.revoke(by=request.user, at=timezone.now())
    return redirect("api:my_calendar")


@require_safe
@login_not_required
@sensitive_variables("secret")
def calendar(request, secret):
    """The owner's deadlines by number and date, for calendar programs that poll."""
    at = timezone.now()
    on = timezone.localdate(at)
    found = actions.feed_of(secret, on=on)
    if found is None:
        raise Http404
    feed, owner = found
    with translation.override(wordings.language_of(owner, on=on)), wall.reading(owner):
        text = ical.of(owner, at=at, last=on + timedelta(days=366))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    return response
