"""A user's own sessions, and sign-in by the organ's own account."""

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from allauth.account.views import LogoutView
from allauth.core.ratelimit import consume_or_429
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.actions import accounts as actions
from portal.pages.second_factor import signed_in_at_provider
from portal.sign_in.devices import device

# The address to return to after the provider.
NEXT = "provider_next"


# --- One's own sessions -----------------------------------------------------------------------


def _own(request):
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user=request.user, session_key__in=alive)


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request):
    """Where the user is signed in; a POST ends all sessions but this one."""
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
    messages.info(request, _("The session has been ended."))
    return redirect("usersessions_list")


# --- The organ's own sign-in ------------------------------------------------------------------


def _provider():
    if not settings.OIDC_ISSUER:
        raise Http404
    from portal.sign_in import provider  # noqa: PLC0415

    return provider


@login_not_required
@never_cache
@require_safe
@transaction.non_atomic_requests
def sso_begin(request):
    """Redirect to the provider, without holding a transaction while it answers."""
    provider = _provider()
    if refusal := _too_often(request):
        return refusal
    wanted = request.GET.get("next", "")
    if get_adapter().is_safe_url(wanted):
        request.session[NEXT] = wanted
    back = request.build_absolute_uri(reverse("sso_back"))
    try:
        return provider.begin(request, back, again="again" in request.GET)
    except provider.NotSignedIn as refusal:
        return _not_signed_in(request, refusal)


@login_not_required
@never_cache
@require_safe
@transaction.non_atomic_requests
def sso_back(request):
    """Return from the provider, with a code that can be redeemed once."""
    provider = _provider()
    if refusal := _too_often(request):
        return refusal
    try:
        user, has_second_factor = provider.come_back(request)
    except provider.NotSignedIn as refusal:
        return _not_signed_in(request, refusal)
    wanted = request.session.pop(NEXT, "")
    with transaction.atomic():
        if request.user.is_authenticated and request.user.pk != user.pk:
            get_adapter().logout(request)
        provider.remember(request, user, has_second_factor=has_second_factor)
        return perform_login(request, user, redirect_url=wanted or None)


def _too_often(request):
    """Refuse an address that calls too often: each start creates a session, and each return may
    query the provider."""
    return consume_or_429(request, action="sso", limit_get=True)


def _not_signed_in(request, refusal):
    messages.error(request, str(refusal))
    return redirect("account_login")


class SignOut(LogoutView):
    """Sign out here, and then at the provider if the user came through it."""

    def post(self, request, *args, **kwargs):
        leads_on = settings.OIDC_ISSUER and signed_in_at_provider(request)
        response = super().post(request, *args, **kwargs)
        return redirect("signed_out") if leads_on else response


sign_out = login_not_required(SignOut.as_view())


@login_not_required
@never_cache
@require_safe
@transaction.non_atomic_requests
def signed_out(request):
    """Redirect to the provider by a page: forms may only be sent to our own address."""
    provider = _provider()
    back = request.build_absolute_uri(reverse("account_login"))
    context = {"leads_to": provider.end_address(back), "name": settings.OIDC_NAME}
    return render(request, "account/signed_out.html", context)
