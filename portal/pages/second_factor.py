"""Who needs a second factor, from which day on, and who has given one."""

from datetime import date, timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.roles import ADMINISTRATORS, Role

# How somebody signed in through the organ's own sign-in: {user, at, second_factor}, in the session.
BY_PROVIDER = "by_provider"


def is_needed(user):
    """Whether one of their roles asks for it on this day."""
    return bool(_asking(user))


def asks_at_once(user):
    """The three administrators have no days of grace."""
    return bool(_asking(user) & ADMINISTRATORS)


def _asking(user):
    roles = ADMINISTRATORS if settings.ADMIN_SECOND_FACTOR else frozenset()
    if (settings.SECOND_FACTOR_FROM or date.min) <= user.today:
        roles |= settings.SECOND_FACTOR_ROLES
    # Where nobody needs one, no page reads roles for this.
    return roles and user.roles & roles


def due_on(user):
    """The day from which nothing opens without it, None while its owner was never told of it."""
    if asks_at_once(user):
        return user.today
    asked_on = user.second_factor_asked_on
    return asked_on and asked_on + timedelta(days=settings.SECOND_FACTOR_GRACE_DAYS)


def second_factor_due(request):
    """Whether whoever asks must set one up before anything else opens."""
    user = request.user
    if not is_needed(user) or came_with_second_factor(request):
        return False
    due = due_on(user)
    return due is not None and due <= user.today and not is_mfa_enabled(user)


def signed_in_at_provider(request, user=None):
    """What is known of this session's sign-in through the organ's own, {} if it was another."""
    known = request.session.get(BY_PROVIDER) or {}
    user = user or request.user
    return known if user.is_authenticated and known.get("user") == user.pk else {}


def came_with_second_factor(request, user=None):
    """Whether the organ's own sign-in said that it had asked for one."""
    return bool(signed_in_at_provider(request, user).get("second_factor"))


def check_roles(names):
    """Refuses to start with a role that is none."""
    if unknown := sorted(set(names) - set(Role)):
        raise ImproperlyConfigured(
            f"SECOND_FACTOR_ROLES names {', '.join(unknown)}; a role is one of {', '.join(Role)}."
        )
