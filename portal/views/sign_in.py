"""One's own sessions."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from portal.actions import accounts as actions
from portal.sign_in.devices import device


def _own(request):
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user=request.user, session_key__in=alive)


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request):
    """Where somebody is signed in; a POST ends all but this one."""
    if request.method == "POST":
        key = request.session.session_key
        ended = actions.end_other_sessions(session_key=key, by=request.user)
        said = ngettext("%(n)s session was ended.", "%(n)s sessions were ended.", ended)
        messages.info(request, said % {"n": ended})
        return redirect("usersessions_list")
    rows = list(_own(request).order_by("-last_seen_at", "-pk"))
    for one in rows:
        one.device = device(one.user_agent)
        one.is_here = one.session_key == request.session.session_key
    return render(request, "usersessions/usersession_list.html", {"sessions": rows})


@require_POST
def end_session(request, pk):
    session = get_object_or_404(_own(request), pk=pk)
    actions.end_session(session=session, by=request.user)
    messages.info(request, _("The session was ended."))
    return redirect("usersessions_list")
