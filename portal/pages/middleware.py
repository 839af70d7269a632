"""What happens around every request."""

import time
from datetime import timedelta
from ipaddress import ip_address

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import FileResponse, HttpResponseNotAllowed, QueryDict, UnreadablePostError
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from portal import uses, wordings
from portal.pages import second_factor, side_list
from portal.records import audit
from portal.roles import ADMINISTRATORS
from portal.tools import languages, replica
from portal.trust import wall
from portal.trust.access import Decision, require


class Middleware:
    """Passes each request on; subclasses do something before or after that."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


class HealthWithoutSession(Middleware):
    """Health checks read no session, because its store may be down. Nor do calls of phones, other
    systems and calendars, whose credential is a header or the address: cookies sent along are
    ignored."""

    PATHS = frozenset({"/readyz/", "/healthz/"})
    CALLS = ("/sync/", "/api/v1/", "/calendar/")

    def __call__(self, request):
        if request.path_info in self.PATHS or request.path_info.startswith(self.CALLS):
            request.COOKIES.clear()
        return self.get_response(request)


class ReadOrSent(Middleware):
    """Pages are read by GET and forms are sent by POST. Other methods are refused, since library
    views might take them for a form. Calls declare their own methods."""

    METHODS = ("GET", "HEAD", "POST")

    def __call__(self, request):
        is_call = request.path_info.startswith(HealthWithoutSession.CALLS)
        if request.method not in self.METHODS and not is_call:
            return HttpResponseNotAllowed(self.METHODS)
        return self.get_response(request)


class SmallPages(GZipMiddleware):
    """Compresses pages but not files: those are compressed already, and a phone shows the progress
    of a download only if its length is known. Django adds up to 100 random bytes, which hide the
    length of a page (docs/security.md)."""

    def process_response(self, request, response):
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class SmallOwnPages(SmallPages):
    """Compresses a signed-in user's page unless the request came from another site (BREACH). A
    browser that does not send Sec-Fetch-Site gets it uncompressed. Without TLS there is nothing to
    protect."""

    def process_response(self, request, response):
        led_by = request.headers.get("Sec-Fetch-Site", "")
        if request.is_secure() and led_by not in {"same-origin", "none"}:
            return response
        return super().process_response(request, response)


def has_null_character(request):
    """Return whether the address contains a null character."""
    return "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info


class NoNullCharacters(Middleware):
    """The database stores no null characters: one in an address is rejected, one in a form is
    removed. The REST API reports them in its own way (api/v1/gate.py)."""

    API = "/api/v1/"

    def __call__(self, request):
        if has_null_character(request) and not request.path_info.startswith(self.API):
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
            # The error page must not read it again.
            request.POST = QueryDict()
            raise
        except UnreadablePostError:
            # The client has disconnected; treat what arrived as a form without a token.
            request.POST, fields = QueryDict(), []
        if any("\0" in text for name, texts in fields for text in (name, *texts)):
            cleaned = QueryDict(mutable=True)
            for name, texts in fields:
                cleaned.setlist(name.replace("\0", ""), [text.replace("\0", "") for text in texts])
            cleaned._mutable = False
            request.POST = cleaned


class SecondWall(Middleware):
    """Tells the database in each transaction who is signed in. Calls without a session do so once
    they have identified the caller (sync/views/calls.py, api/v1/gate.py, api/ical.py)."""

    def __call__(self, request):
        with wall.of_request(request):
            response = self.get_response(request)
            # A file is read from disk, without the database.
            if response.streaming and not isinstance(response, FileResponse):
                response.streaming_content = wall.kept(response.streaming_content)
        return response


class FilesSentByScript(Middleware):
    """Supports upload by script with a progress display (static/js/portal.js): the script gets the
    redirect target and goes there itself, so that messages wait for the page that shows them."""

    def __call__(self, request):
        response = self.get_response(request)
        if "X-Files" in request.headers and response.status_code in (301, 302, 303):
            response.headers["X-Leads-To"] = response.headers["Location"]
            del response.headers["Location"]
            response.status_code = 204
        return response


class OwnActsCount(Middleware):
    """Discards the cached numbers of a user's side list after each of their acts."""

    READING = frozenset({"GET", "HEAD", "OPTIONS"})

    def __call__(self, request):
        response = self.get_response(request)
        # A refused or invalid request has changed nothing.
        is_act = request.method not in self.READING and response.status_code < 400
        if is_act and request.user.is_authenticated:
            side_list.forget_counts(request.user)
            replica.remember_write(request.user)
        return response


# The clocks of two web servers may differ by this much.
CLOCKS_DIFFER_SECONDS = 300


class SessionLife(Middleware):
    """Ends a session after the idle and absolute limits. The time last seen is written at most once
    a minute."""

    def __call__(self, request):
        now = int(time.time())
        seen = request.session.get("seen")
        if seen is not None:
            if self._is_over(request.session, now, seen):
                request.session.flush()
            elif abs(now - seen) > 60:
                request.session["seen"] = now
                self._show_seen(request.session.session_key)
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and "seen" not in request.session:
            request.session["seen"] = request.session["began"] = now
            if user.roles & ADMINISTRATORS:
                request.session["idle"] = settings.SESSION_ADMIN_IDLE_SECONDS
        return response

    @staticmethod
    def _is_over(session, now, seen):
        """Return whether a limit has passed. The store enforces the general idle limit;
        administrators have a shorter one."""
        lasted = now - session.get("began", now)
        if lasted > settings.SESSION_ABSOLUTE_SECONDS:
            return True
        # A start in the future means that the clock was set back: the session would last until
        # that day.
        if lasted < -CLOCKS_DIFFER_SECONDS:
            return True
        return now - seen > session.get("idle", settings.SESSION_COOKIE_AGE)

    @staticmethod
    def _show_seen(session_key):
        """Update the time shown on the user's own page of sessions."""
        UserSession.objects.filter(session_key=session_key).update(last_seen_at=timezone.now())


class UserLanguage(Middleware):
    """The user's language, else the cookie's, else Chinese, in the wording of the user's organ;
    ignores Accept-Language."""

    def __init__(self, get_response):
        super().__init__(get_response)
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request):
        chosen = getattr(request.user, "language", "") or request.COOKIES.get(
            settings.LANGUAGE_COOKIE_NAME, ""
        )
        language = chosen if chosen in self.known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        if request.path_info not in HealthWithoutSession.PATHS:
            language = languages.variant(language, self._words(request.user))
        translation.activate(language)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    @staticmethod
    def _words(user):
        return (
            wordings.of_user(user, on=user.today)
            if user.is_authenticated
            else wordings.of_all(localdate())
        )


class SignedInOnly(LoginRequiredMiddleware):
    """Every page needs a sign-in; a view that can park a form does so before it redirects."""

    def handle_no_permission(self, request, view_func):
        park = getattr(view_func, "park_form", None)
        if request.method == "POST" and park is not None:
            with wall.as_system("what was typed when a session ended"):
                kept_at = park(request)
            if kept_at:
                return redirect_to_login(kept_at, self.get_login_url(view_func))
        return super().handle_no_permission(request, view_func)


class PasswordChangeFirst(Middleware):
    """A one-time password, or one that is too old, opens only the page that changes it."""

    OPEN = {"account_change_password", "account_logout", "set_language", "large_type"}

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not request.user.is_authenticated or request.resolver_match.url_name in self.OPEN:
            return None
        return redirect("account_change_password") if password_change_due(request) else None


def password_change_due(request):
    """Return whether the user must choose a new password before opening anything else. Users who
    came through the organ's own sign-in use no password here."""
    user = request.user
    is_due = user.must_change_password or password_expired(user)
    return is_due and not second_factor.signed_in_at_provider(request)


def password_expired(user):
    """Return whether the password is older than the installation allows. Until it is first changed,
    its age is that of the account."""
    if not settings.PASSWORD_DAYS:
        return False
    since = user.password_set_at or user.created_at
    return localdate(since) + timedelta(days=settings.PASSWORD_DAYS) < user.today


class SecondFactorFirst(Middleware):
    """Users who need a second factor and have none can open only the pages that set one up."""

    OPEN = PasswordChangeFirst.OPEN | {
        *("account_reauthenticate", "mfa_activate_totp", "mfa_add_webauthn"),
    }

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not request.user.is_authenticated or request.resolver_match.url_name in self.OPEN:
            return None
        is_due = second_factor.second_factor_due(request)
        return redirect("mfa_activate_totp") if is_due else None


class UsesOnly(Middleware):
    """Refuses, in one sentence, the addresses of functions that this office does not use, even if a
    role, one's own pairing or one's own score would open them."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        code = uses.of_page(request.resolver_match.view_name)
        if code and request.user.is_authenticated and not uses.is_on(code):
            said = _("“%(use)s” is not used here at present; its records are kept.")
            require(Decision(said % {"use": uses.USES[code].title}))


class NeverCached(Middleware):
    """Keeps browsers and proxies from caching pages of signed-in users: they may hold personal
    data, and the machine may be shared."""

    def __call__(self, request):
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class AuditContext(Middleware):
    """Puts the client's address into the audit entries of a request."""

    def __call__(self, request):
        with audit.from_address(client_address(request)):
            return self.get_response(request)


def client_address(request):
    """The client's IP address; behind our proxy, the last hop that it added. None if invalid."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        address = forwarded.rsplit(",", 1)[-1].strip()
    else:
        address = request.META.get("REMOTE_ADDR") or ""
    try:
        return str(ip_address(address))
    except ValueError:
        return None
