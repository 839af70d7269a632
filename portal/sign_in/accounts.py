"""Sign-in: adapters that teach allauth lock-outs, slips, the first change of password, and what
each kind of account needs.

Changes to accounts, grants and lock-outs are actions in portal/actions/.
"""

import secrets
import struct
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from portal import wordings
from portal.actions import accounts as actions
from portal.days.words import short_day
from portal.models import Lockout, LoginFailure, PasswordSlip
from portal.pages import second_factor
from portal.pages.middleware import client_address
from portal.pages.named_networks import refused_here
from portal.records import audit
from portal.tools.locking import locked_or_none
from portal.trust import crypto

# A browser that has signed in with a user name keeps a signed mark of it, which grants no access.
# Its wrong passwords are counted separately: an attacker behind the same address locks the name for
# all other browsers, but not for this one.
KNOWN = "known-browser"
KNOWN_FOR = timedelta(days=180)
NAMES_A_BROWSER = 5


def _mark_of(username):
    return salted_hmac(KNOWN, username.lower(), algorithm="sha256").hexdigest()[:24]


def _kept_by(request):
    return request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE, "")


def _known_names(request):
    """{mark of a name: the number of this browser for it}."""
    try:
        return signing.loads(_kept_by(request), salt=KNOWN, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return {}


def _browser(request, username):
    return _known_names(request).get(_mark_of(username), "")


def _remember_browser(request, response, username):
    mark = _mark_of(username)
    others = [(one, n) for one, n in _known_names(request).items() if one != mark]
    known = dict([*others[1 - NAMES_A_BROWSER :], (mark, secrets.token_hex(8))])
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE,
        signing.dumps(known, salt=KNOWN),
        max_age=KNOWN_FOR,
        path=reverse("account_login").removesuffix("login/"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _closed(request, username, at):
    """Why no password is accepted now; empty if one is."""
    minutes = {"minutes": settings.LOGIN_LOCK_MINUTES}
    recent = LoginFailure.objects.filter(at__gt=at - timedelta(**minutes))
    if browser := _browser(request, username):
        if recent.filter(username=username, browser=browser).count() < settings.LOGIN_MAX_FAILURES:
            return ""
        return _("Too many wrong passwords. Wait %(minutes)s minutes.") % minutes
    address, words = client_address(request), ""
    nearby = recent.filter(address=address, browser="") if address else recent.none()
    if Lockout.objects.filter(username=username, unlocked_at=None, until__gt=at).exists():
        words = _(
            "Too many wrong passwords. Wait %(minutes)s minutes, sign in where you have signed "
            "in before, or ask the security administrator to unlock the account."
        )
    elif nearby.count() >= settings.LOGIN_ADDRESS_FAILURES:
        words = _(
            "Too many wrong passwords from your network. Wait %(minutes)s minutes, or sign in "
            "where you have signed in before."
        )
    return words % minutes


def _username(credentials):
    return (credentials.get("username") or "").lower()[:150]


class AccountAdapter(DefaultAccountAdapter):
    """The system administrator makes accounts; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("User name or password is wrong."),
        "incorrect_password": gettext_lazy("The password is wrong."),
    }

    def is_open_for_signup(self, request):
        return False

    def is_safe_url(self, url):
        try:
            return super().is_safe_url(url)
        except ValueError:  # an invalid URL, such as http://[
            return False

    def pre_authenticate(self, request, **credentials):
        if reason := _closed(request, _username(credentials), timezone.now()):
            raise ValidationError(reason)

    def authentication_failed(self, request, **credentials):
        username, now = _username(credentials), timezone.now()
        browser = _browser(request, username)
        failure = LoginFailure.objects.create(
            username=username, address=client_address(request), browser=browser, at=now
        )
        audit.record("account.sign_in_failed", on=failure, by="sign-in")
        if browser:
            return
        lasts = timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
        since = now - lasts
        if last := Lockout.objects.filter(username=username).order_by("-locked_at").first():
            since = max(since, last.unlocked_at or last.until)
        failures = LoginFailure.objects.filter(username=username, browser="", at__gt=since).count()
        if failures >= settings.LOGIN_MAX_FAILURES:
            lock = Lockout.objects.create(username=username, locked_at=now, until=now + lasts)
            audit.record("account.locked", on=lock, by="sign-in")

    def pre_login(self, request, user, **kwargs):
        if refusal := refused_here(request, user.acting(on=timezone.localdate())):
            messages.error(request, refusal)
            return redirect("account_login")
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request, user, **kwargs):
        now, user = timezone.now(), user.acting(on=timezone.localdate())
        by_provider = second_factor.signed_in_at_provider(request, user)
        if not by_provider:
            PasswordSlip.objects.filter(user=user, used_at=None).update(used_at=now)
        audit.record(
            "account.signed_in", on=user, by=user, fields=["single_sign_on"] if by_provider else ()
        )
        response = super().post_login(request, user, **kwargs)
        if settings.SESSIONS_AT_ONCE:
            actions.keep_newest_sessions(
                user=user, session_key=request.session.session_key, most=settings.SESSIONS_AT_ONCE
            )
        self._say_what_is_needed(request, user)
        if not by_provider:
            _remember_browser(request, response, user.username)
        return response

    def _say_what_is_needed(self, request, user):
        """During the grace period, tell the user from which day on a second factor is required."""
        if (
            not second_factor.is_needed(user)
            or second_factor.asks_at_once(user)
            or second_factor.came_with_second_factor(request, user)
            or is_mfa_enabled(user)
        ):
            return
        actions.ask_for_second_factor(user=user, on=user.today)
        due = second_factor.due_on(user)
        if due > user.today:
            words = _(
                "From %(day)s on, your account opens only with a second factor. Set it up under "
                "your name at the top of the page: “Second factor”."
            )
            messages.warning(request, words % {"day": short_day(due, on=user.today)})

    def get_login_stages(self):
        ours = f"{SecondFactorStage.__module__}.{SecondFactorStage.__qualname__}"
        of_allauth = f"{AuthenticateStage.__module__}.{AuthenticateStage.__qualname__}"
        return [ours if one == of_allauth else one for one in super().get_login_stages()]

    def get_client_ip(self, request):
        """Return the client's address, also behind our proxy. Without one, the session is still
        listed among the user's own."""
        return client_address(request) or "0.0.0.0"  # noqa: S104, it says that there is none

    def is_reauthentication_required(self, *, app, **kwargs):
        """A user who has just come from the organ's own sign-in may have no password here."""
        signed_in = second_factor.signed_in_at_provider(self.request)
        recently = timezone.now().timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        if signed_in and signed_in["at"] > recently:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def clean_password(self, password, user=None):
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError(
                _("This is the password that you have now. Choose one that nobody has seen.")
            )
        return super().clean_password(password, user=user)

    def set_password(self, user, password):
        session = self.request.session  # pyright: ignore[reportOptionalMemberAccess]  # in a request alone
        actions.choose_password(
            user=user, password=password, session_key=session.session_key, at=timezone.now()
        )

    def add_message(self, request, level, message_template=None, *args, message="", **kwargs):
        """Drop allauth's notices (“signed in as …”), but show why something was not accepted."""
        if message:
            messages.add_message(request, level, message)


class SecondFactorStage(AuthenticateStage):
    """Asks for a code or key, unless the organ's own sign-in has asked for a second factor."""

    def handle(self):
        if second_factor.came_with_second_factor(self.request, self.login.user):
            return None, True
        return super().handle()


class SecondFactorAdapter(DefaultMFAAdapter):
    """Encrypts the secrets of authenticator apps and recovery codes in the database."""

    PURPOSE = "second factor"
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "The code was not accepted. Enter the code that the app shows now, or use your key "
            "again."
        ),
    }

    def encrypt(self, text):
        return crypto.encrypt(text, self.PURPOSE)

    def get_totp_issuer(self):
        return wordings.own_name(on=timezone.localdate()) or super().get_totp_issuer()

    def decrypt(self, encrypted_text):
        return crypto.decrypt(encrypted_text, self.PURPOSE)

    def generate_authenticator_name(self, user, type):
        n = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Security key %(n)s") % {"n": n}

    def get_public_key_credential_rp_entity(self):
        return super().get_public_key_credential_rp_entity() | {"name": self.get_totp_issuer()}


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def note_second_factor(signal, user, authenticator, **kwargs):
    """Audits each app, key and set of recovery codes that is set or removed."""
    actions.note_second_factor(
        user=user,
        kind=authenticator.type,
        is_removed=signal is authenticator_removed,
        at=timezone.now(),
    )


class AnswerOfKey(forms.JSONField):
    """The answer of a security key. A malformed one is rejected here, since the library would crash
    on it."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": gettext_lazy("The key has not been read yet: press “Read the key”."),
        "invalid": SecondFactorAdapter.error_messages["incorrect_code"],
    }

    def __init__(self, shape, **more):
        super().__init__(**more)
        self.shape = shape

    def clean(self, value):
        answer = super().clean(value)
        try:
            self.shape.from_dict(answer)
        except (TypeError, ValueError, LookupError, AttributeError, struct.error) as wrong:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from wrong
        return answer


class AddKeyForm(AddWebAuthnForm):
    name = forms.CharField(label=gettext_lazy("Name of the key"), required=False, max_length=60)
    credential = AnswerOfKey(RegistrationResponse)


class AskKeyForm(AuthenticateWebAuthnForm):
    credential = AnswerOfKey(AuthenticationResponse)


class ConfirmByKeyForm(ReauthenticateWebAuthnForm):
    credential = AnswerOfKey(AuthenticationResponse)


class RenameKeyForm(EditWebAuthnForm):
    name = forms.CharField(label=gettext_lazy("Name of the key"), max_length=60)


class LoginForm(AllauthLoginForm):
    def clean(self):
        cleaned = super().clean()
        user = getattr(self, "user", None)
        if user is not None and user.must_change_password:
            _refuse_dead_slip(user)
        return cleaned


def _refuse_dead_slip(user):
    """Refuse a used or expired slip. Locks it until the sign-in is complete: of two concurrent
    ones, only one succeeds."""
    slip = locked_or_none(PasswordSlip.objects.filter(user=user).order_by("-made_at", "-pk"))
    if slip and slip.used_at:
        raise ValidationError(
            _("This one-time password has been used; it signs in once. Ask for a new slip.")
        )
    if slip and slip.works_until < timezone.now():
        raise ValidationError(
            _("This one-time password has expired. Ask your liaison for a new one.")
        )
