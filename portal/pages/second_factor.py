"""Who needs a second factor, from which day on, and who has given one."""

from datetime import date, timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.roles import ADMINISTRATORS, Role

# Session key for a sign-in through the organ's own provider: {user, at, second_factor}.
BY_PROVIDER = "by_provider"


def is_needed(user):
    """Return whether one of the user's roles requires a second factor on this day."""
    return bool(_asking(user))


def asks_at_once(user):
    """Return whether there are no days of grace, as for the three administrators."""
    return bool(_asking(user) & ADMINISTRATORS)


def _asking(user):
    roles = ADMINISTRATORS if settings.ADMIN_SECOND_FACTOR else frozenset()
    if (settings.SECOND_FACTOR_FROM or date.min) <= user.today:
        roles |= settings.SECOND_FACTOR_ROLES
    # Where nobody needs one, skip reading roles.
    return roles and user.roles & roles


def due_on(user):
    """Return the day from which nothing opens without one, or None if the user was never told of
    it."""
    if asks_at_once(user):
        return user.today
    asked_on = user.second_factor_asked_on
    return asked_on and asked_on + timedelta(days=settings.SECOND_FACTOR_GRACE_DAYS)


def second_factor_due(request):
    """Return whether the user must set one up before opening anything else."""
    user = request.user
    if not is_needed(user) or came_with_second_factor(request):
        return False
    due = due_on(user)
    return due is not None and due <= user.today and not is_mfa_enabled(user)


def signed_in_at_provider(request, user=None):
    """Return what is known of this session's sign-in through the organ's own provider, or {} if the
    user signed in another way."""
    known = request.session.get(BY_PROVIDER) or {}
    user = user or request.user
    return known if user.is_authenticated and known.get("user") == user.pk else {}


def came_with_second_factor(request, user=None):
    """Return whether the organ's own provider reported a second factor."""
    return bool(signed_in_at_provider(request, user).get("second_factor"))


def check_roles(names):
    """Raise ImproperlyConfigured if a name is not a role."""
    if unknown := sorted(set(names) - set(Role)):
        raise ImproperlyConfigured(
            f"SECOND_FACTOR_ROLES names {', '.join(unknown)}; a role is one of {', '.join(Role)}."
        )
