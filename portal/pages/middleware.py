"""What happens around every request."""

import time
from ipaddress import ip_address

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import QueryDict, UnreadablePostError
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.utils import translation

from portal.pages import side_list
from portal.roles import ADMINISTRATORS
from portal.trust import audit


class HealthWithoutSession:
    """What monitoring asks must not wait for a session: its store may be what is down."""

    PATHS = frozenset({"/readyz/", "/healthz/"})

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info in self.PATHS:
            request.COOKIES.clear()
        return self.get_response(request)


class SmallPages(GZipMiddleware):
    """Pages go compressed. Files do not: they are compressed already, and a phone shows how far
    they have come only when their length is known. The up to 100 random bytes that Django puts
    in front blur the length of a page (docs/security.md)."""

    def process_response(self, request, response):
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class SmallOwnPages(SmallPages):
    """Compresses a signed-in user's page only if no other site led to it (BREACH). A browser that
    does not say who led there gets it uncompressed; without TLS everybody on the way reads it
    anyway."""

    def process_response(self, request, response):
        led_by = request.headers.get("Sec-Fetch-Site", "")
        if request.is_secure() and led_by not in {"same-origin", "none"}:
            return response
        return super().process_response(request, response)


class NoNullCharacters:
    """The database stores no null characters: one in an address is rejected, one in a form is
    removed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
            raise BadRequest("a null character in the address")
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]
        if request.method == "POST":
            self._clean_form(request)
        return self.get_response(request)

    def _clean_form(self, request):
        try:
            fields = list(request.POST.lists())
        except (BadRequest, SuspiciousOperation):
            # The page that says so must not read it once more.
            request.POST = QueryDict()
            raise
        except UnreadablePostError:
            # Whoever sent it has gone; what came is no form with a token.
            request.POST, fields = QueryDict(), []
        if any("\0" in text for name, texts in fields for text in (name, *texts)):
            cleaned = QueryDict(mutable=True)
            for name, texts in fields:
                cleaned.setlist(name.replace("\0", ""), [text.replace("\0", "") for text in texts])
            cleaned._mutable = False
            request.POST = cleaned


class OwnActsCount:
    """After an act of somebody, the numbers of their side list are counted anew."""

    READING = frozenset({"GET", "HEAD", "OPTIONS"})

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        # What was refused or sent back changed nothing.
        is_act = request.method not in self.READING and response.status_code < 400
        if is_act and request.user.is_authenticated:
            side_list.forget_counts(request.user)
        return response


# The clocks of two web nodes may differ by this much.
CLOCKS_DIFFER_SECONDS = 300


class SessionLife:
    """Idle and absolute ends of a session, at no database write for each request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now = int(time.time())
        seen = request.session.get("seen")
        if seen is not None:
            lasted = now - request.session.get("began", now)
            # One that begins in the future is older than a clock that was set back: it would live
            # on until that day.
            if lasted > settings.SESSION_ABSOLUTE_SECONDS or lasted < -CLOCKS_DIFFER_SECONDS:
                request.session.flush()
            elif abs(now - seen) > 60:
                request.session["seen"] = now
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and "seen" not in request.session:
            request.session["seen"] = request.session["began"] = now
        return response


class UserLanguage:
    """The user's choice, else the cookie's, else Chinese; never the browser's guess."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request):
        chosen = getattr(request.user, "language", "") or request.COOKIES.get(
            settings.LANGUAGE_COOKIE_NAME, ""
        )
        language = chosen if chosen in self.known else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SignedInOnly(LoginRequiredMiddleware):
    """Everything is closed; a view that can keep a form for later does so before the sign-in."""

    def handle_no_permission(self, request, view_func):
        park = getattr(view_func, "park_form", None)
        if request.method == "POST" and park is not None:
            kept_at = park(request)
            if kept_at:
                return redirect_to_login(kept_at, self.get_login_url(view_func))
        return super().handle_no_permission(request, view_func)


class PasswordChangeFirst:
    """The password of a slip opens one page: the one that changes it."""

    OPEN = {"account_change_password", "account_logout", "set_language", "large_type"}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        user = request.user
        if not user.is_authenticated or not user.must_change_password:
            return None
        if request.resolver_match.url_name in self.OPEN:
            return None
        return redirect("account_change_password")


def second_factor_due(user):
    """Whether this person must set up a second factor before anything else opens."""
    if not settings.ADMIN_SECOND_FACTOR or not user.roles & ADMINISTRATORS:
        return False
    return not is_mfa_enabled(user)


class SecondFactorFirst:
    """An administrator without a second factor sets one up before anything else opens."""

    OPEN = PasswordChangeFirst.OPEN | {"account_reauthenticate", "mfa_activate_totp"}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not request.user.is_authenticated or request.resolver_match.url_name in self.OPEN:
            return None
        return redirect("mfa_activate_totp") if second_factor_due(request.user) else None


class NeverCached:
    """A page of somebody signed in is kept by no browser and no proxy: it may hold a name, a phone
    or what is its reader's alone, and the machine may be shared."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class AuditContext:
    """Notes where a request comes from, for the audit entries made in it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with audit.from_address(client_address(request)):
            return self.get_response(request)


def client_address(request):
    """The peer; behind our own proxy the last hop that it added. None for what is no address."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        address = forwarded.rsplit(",", 1)[-1].strip()
    else:
        address = request.META.get("REMOTE_ADDR") or ""
    try:
        return str(ip_address(address))
    except ValueError:
        return None
