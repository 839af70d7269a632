"""Accounts, grants, one-time passwords, lock-outs, and what people choose for themselves."""

import secrets
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import rules
from portal.actions.uses import start_with_minimal_uses
from portal.models import (
    BreakGlass,
    Cadre,
    Lockout,
    PasswordSlip,
    PastPassword,
    RoleGrant,
    StandIn,
    User,
)
from portal.records import audit
from portal.roles import ADMINISTRATORS, SEALED_ROLES, Role
from portal.tools.locking import locked, locked_many
from portal.tools.saving import change, keep
from portal.trust.access import require

SLIP_WORKS_FOR = timedelta(hours=72)
# Without letters and digits that look alike on paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class AlreadyInstalled(Exception):
    """The installation has administrators already."""


# The author of nightly account closures in the audit.
CLOCK = "beat"


def _lock_administrators():
    """Lock before removing an administrator, so that two administrators cannot remove each other:
    the second waits and is refused."""
    grants = RoleGrant.objects.filter(role__in=ADMINISTRATORS)
    locked_many(grants.only("pk"), no_key=True)


def _note(event, on, by, **facts):
    """Record the event with the names of these facts, and a digest of their values."""
    audit.record(event, on=on, by=by, fields=[*facts], values=[*facts.values()])


# --- Accounts ---------------------------------------------------------------------------------


@transaction.atomic
def make_account(*, at, **facts):
    """Make an account without any role; returns it and the one-time password for its slip."""
    user = add_account(**facts)
    return user, _new_password(user, facts["by"], at=at)


@transaction.atomic
def add_account(*, username, name, organ, cadre, by):
    """Add an account without a password; it needs a printed one-time password to sign in."""
    require(rules.may_manage_accounts(by))
    user = User(username=username.lower(), name=name, organ=organ)
    _check_username(user)
    user.set_unusable_password()
    keep(user, exclude=["password"])
    _link(user, cadre, on=by.today)
    person = {"name": name, "organ": organ and organ.pk, "cadre": cadre and cadre.pk}
    _note("account.made", user, by, username=user.username, **person)
    return user


def _check_username(user):
    if User.objects.filter(username__iexact=user.username).exclude(pk=user.pk).exists():
        raise ValidationError({"username": _("This user name is taken.")})


def _link(user, cadre, *, on):
    linked = Cadre.objects.filter(user=user).first()
    if linked == cadre:
        return
    if not (decision := rules.may_change_link(user, on=on)):
        raise ValidationError({"cadre": decision.refusal})
    Cadre.objects.filter(user=user).exclude(pk=cadre and cadre.pk).update(user=None)
    if cadre is None:
        return
    if not (decision := rules.may_be_linked(user, on=on)):
        raise ValidationError({"cadre": decision.refusal})
    cadre = locked(cadre)
    if cadre.user_id not in {None, user.pk}:
        raise ValidationError({"cadre": _("This cadre has an account already.")})
    change(cadre, user=user)


@transaction.atomic
def change_account(*, user, name, organ, cadre, by):
    """Correct the name or organ of an account, or say whose it is."""
    user = locked(user, "organ__division", no_key=True)
    require(rules.may_manage_accounts(by))
    user.name, user.organ = name, organ
    keep(user, fields=["name", "organ"], exclude=["password"])
    _link(user, cadre, on=by.today)
    person = {"name": name, "organ": organ and organ.pk, "cadre": cadre and cadre.pk}
    _note("account.changed", user, by, **person)
    return user


@transaction.atomic
def end_account(*, user, by):
    """Close an account at once: nobody signs in with it, and its sessions end.

    Its roles and stand-ins end as well. Otherwise the system administrator, who gets its one-time
    password when it is reactivated, could use them.
    """
    _lock_administrators()
    user = locked(user, "organ__division", no_key=True)
    require(rules.may_end_account(by, user))
    for grant in _grants_from(user, by.today):
        change(grant, ends_on=by.today - timedelta(days=1), revoked_by=by)
        audit.record("grant.revoked", on=grant, by=by, fields=["ends_on"])
    return _close(user, by, on=by.today)


def _grants_from(user, day):
    return user.grants.filter(Q(ends_on=None) | Q(ends_on__gte=day)).order_by("pk")


def _close(user, by, *, on):
    change(user, is_active=False)
    yesterday = on - timedelta(days=1)
    StandIn.objects.filter(Q(principal=user) | Q(stand_in=user), ends_on__gte=on).update(
        starts_on=Least("starts_on", Value(yesterday)), ends_on=yesterday
    )
    _end_sessions(user)
    audit.record("account.ended", on=user, by=by, fields=["is_active"])
    return user


def end_accounts_of_left(*, on):
    """End the accounts of cadres who have left; returns how many (GB/T 22239-2019, 8.1.4.2 c).
    The last administrator of a kind keeps theirs until somebody else has the role; the review of
    access shows it."""
    left = User.objects.filter(is_active=True, cadre__left_on__lte=on).order_by("pk")
    return sum(_end_as_left(user, on=on) for user in left)


@transaction.atomic
def _end_as_left(user, *, on):
    _lock_administrators()
    user = locked(user, "organ__division", no_key=True)
    if not rules.may_end_as_left(user, on=on):
        return False
    for grant in _grants_from(user, on):
        # A grant that has not started yet keeps a single day, on which nobody signs in.
        change(grant, ends_on=max(grant.starts_on, on - timedelta(days=1)))
        audit.record("grant.revoked", on=grant, by=CLOCK, fields=["ends_on"])
    _close(user, CLOCK, on=on)
    return True


@transaction.atomic
def reactivate_account(*, user, by, at):
    """Reactivate an account; return it and a new one-time password."""
    user = locked(user, "organ__division", no_key=True)
    require(rules.may_reactivate_account(by, user))
    change(user, is_active=True)
    audit.record("account.reactivated", on=user, by=by, fields=["is_active"])
    return user, _new_password(user, by, at=at)


# --- One-time passwords -----------------------------------------------------------------------


@transaction.atomic
def make_password_slip(*, user, by, at):
    """Replace a forgotten password by one that works once within three days. Returns it."""
    user = locked(user, "organ__division", no_key=True)
    require(rules.may_make_slip(by, user))
    return _new_password(user, by, at=at)


def _new_password(user, by, *, at):
    """Set a one-time password and return it; only its hash is stored. Ends all sessions."""
    code = "-".join("".join(secrets.choice(ALPHABET) for _n in range(4)) for _part in range(3))
    _remember_password(user, at=at)
    _end_sessions(user)
    user.set_password(code)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    slip = PasswordSlip.objects.create(
        user=user,
        made_by=by if hasattr(by, "pk") else None,
        made_at=at,
        works_until=at + SLIP_WORKS_FOR,
    )
    audit.record("account.slip_made", on=slip, by=by, values={"user": user.pk})
    return code


# --- Passwords of one's own, sessions and the second factor ------------------------------------


@transaction.atomic
def choose_password(*, user, password, session_key, at):
    """Set the user's chosen password and end all their sessions except this one."""
    _remember_password(user, at=at)
    user.set_password(password)
    change(user, password=user.password, must_change_password=False, password_set_at=at)
    _end_sessions(user, but=session_key)
    audit.record("account.password_changed", on=user, by=user)


def _remember_password(user, *, at):
    """Keep the hash of a password that the user chose, up to the number that may not be reused."""
    if user.must_change_password or not user.has_usable_password():
        return
    PastPassword.objects.create(user=user, password=user.password, ended_at=at)
    newest = user.past_passwords.order_by("-ended_at", "-pk").values("pk")
    user.past_passwords.exclude(pk__in=newest[: settings.PASSWORD_HISTORY]).delete()


@transaction.atomic
def end_session(*, session, by):
    """End one of the user's own sessions."""
    require(rules.may_end_session(by, session))
    session.end()
    audit.record("account.sessions_ended", on=by, by=by, values={"n": 1})


@transaction.atomic
def end_other_sessions(*, session_key, by):
    """End all of the user's sessions except this one; return how many."""
    ended = _end_sessions(by, but=session_key)
    if ended:
        audit.record("account.sessions_ended", on=by, by=by, values={"n": ended})
    return ended


@transaction.atomic
def keep_newest_sessions(*, user, session_key, most):
    """After a sign-in, keep this session and the newest others, at most `most` in all."""
    others = UserSession.objects.filter(user=user).exclude(session_key=session_key)
    older = list(others.order_by("-created_at", "-pk")[most - 1 :])
    for session in older:
        session.end()
    if older:
        audit.record("account.sessions_ended", on=user, by=user, values={"n": len(older)})


def _end_sessions(user, but=""):
    sessions = list(UserSession.objects.filter(user=user).exclude(session_key=but))
    for session in sessions:
        session.end()
    return len(sessions)


@transaction.atomic
def forget_sessions(*, at):
    """Delete expired sessions and the rows that show them to users."""
    Session.objects.filter(expire_date__lte=at).delete()
    still = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(still)).delete()


@transaction.atomic
def drop_second_factor(*, user, by, at):
    """Remove a lost second factor and end the user's sessions. Whoever prints one-time passwords
    may not do this: no single person can enter somebody else's account."""
    user = locked(user, "organ__division", no_key=True)
    require(rules.may_drop_second_factor(by, user))
    Authenticator.objects.filter(user=user).delete()
    change(user, second_factor_changed_at=at)
    _end_sessions(user)
    audit.record("account.second_factor_reset", on=user, by=by)
    return user


def note_second_factor(*, user, kind, is_removed, at):
    """Record that a user set up or removed a device or recovery codes."""
    change(user, second_factor_changed_at=at)
    word = "removed" if is_removed else "set"
    audit.record(f"account.second_factor_{word}", on=user, by=user, fields=[kind])


def ask_for_second_factor(*, user, on):
    """Store the day on which the user was first told that they need one; the grace period
    begins."""
    if user.second_factor_asked_on is None:
        change(user, second_factor_asked_on=on)


# --- Grants -----------------------------------------------------------------------------------


@transaction.atomic
def give_grant(*, user, by, **facts):
    """Give a role: `role`, `organ`, `division`, `starts_on`, `ends_on` (None: until revoked).

    Locks the account, so that concurrent grants see each other.
    """
    user = locked(user, "organ__division", no_key=True)
    require(rules.may_give_grant(by, user, **facts))
    grant = RoleGrant(user=user, granted_by=by, **facts)
    _refuse_double(grant)
    keep(grant)
    places = {"organ": grant.organ_id, "division": grant.division_id}
    days = {"starts_on": grant.starts_on, "ends_on": grant.ends_on}
    _note("grant.given", grant, by, user=user.pk, role=grant.role, **places, **days)
    return grant


def _refuse_double(grant):
    same = RoleGrant.objects.filter(
        user=grant.user, role=grant.role, organ=grant.organ, division=grant.division
    ).filter(Q(ends_on=None) | Q(ends_on__gte=grant.starts_on))
    if grant.ends_on:
        same = same.filter(starts_on__lte=grant.ends_on)
    if same.exists():
        raise ValidationError(_("This role is held in these days already."))


@transaction.atomic
def revoke_grant(*, grant, by, on):
    """End a grant at once: yesterday was its last day."""
    _lock_administrators()
    locked(grant.user, "organ__division", no_key=True)
    grant = locked(grant, "user")
    require(rules.may_revoke_grant(by, grant))
    change(grant, ends_on=on - timedelta(days=1), revoked_by=by)
    audit.record("grant.revoked", on=grant, by=by, fields=["ends_on"], values={"role": grant.role})
    return grant


@transaction.atomic
def unlock(*, lockout, by, at):
    lockout = locked(lockout)
    require(rules.may_unlock(by, lockout, at=at))
    change(lockout, unlocked_at=at, unlocked_by=by)
    audit.record("account.unlocked", on=lockout, by=by, fields=["unlocked_at"])
    return lockout


# --- The first three ---------------------------------------------------------------------------


@transaction.atomic
def make_first_administrators(*, usernames, by, at):
    """The three administrators of an empty installation: {role: (user, one-time password)}."""
    if RoleGrant.objects.filter(role__in=ADMINISTRATORS).exists():
        raise AlreadyInstalled
    made = {}
    for role, username in usernames.items():
        user = User(username=username.lower(), name=str(Role(role).label))
        _check_username(user)
        user.set_unusable_password()
        keep(user, exclude=["password"])
        grant = RoleGrant.objects.create(user=user, role=role, starts_on=timezone.localdate(at))
        audit.record("grant.given", on=grant, by=by, values=[user.pk, role])
        made[role] = user, _new_password(user, by, at=at)
    start_with_minimal_uses(by=by, at=at)
    return made


# --- On the server only ------------------------------------------------------------------------

LONGEST_OPENING = 7


class NotSealed(Exception):
    """Raised if the account holds no sealed role and was never an administrator."""


class StillServed(Exception):
    """Raised if another active account holds the role: sign in with that one, or open it."""


@transaction.atomic
def break_glass(*, user, reason, done_by, days, by, at):
    """Open an account that no page renews: a new one-time password, no second factor, no lock-out.

    If its last administrator role has no other holder now, the account gets it back for some days.
    The other administrators are reminded until one of them acknowledges it. Return the row and the
    password.
    """
    user = locked(user, "organ__division", no_key=True)
    on = timezone.localdate(at)
    role = "" if _holds_sealed(user, on) else _last_administration(user)
    opening = BreakGlass(user=user, reason=reason, done_by=done_by, at=at, role=role)
    if role:
        _lock_administrators()
        others = RoleGrant.objects.running(on).filter(role=role, user__is_active=True)
        if others.exclude(user=user).exists():
            raise StillServed
        opening.ends_on = on + timedelta(days=days - 1)
        _give_back(user, role, opening.ends_on, by=by, on=on)
    keep(opening)
    _end_lockouts(user, by, at)
    dropped, _kinds = Authenticator.objects.filter(user=user).delete()
    if dropped:
        change(user, second_factor_changed_at=at)
        audit.record("account.second_factor_dropped", on=user, by=by)
    said = {"user": user.pk, "reason": reason, "done_by": done_by, "ends_on": opening.ends_on}
    audit.record("break_glass.used", on=opening, by=by, fields=[*said], values=said)
    return opening, _new_password(user, by, at=at)


def _holds_sealed(user, on):
    held = user.grants.running(on).filter(role__in=SEALED_ROLES)
    return user.is_active and held.exists()


def _last_administration(user):
    held = user.grants.filter(role__in=ADMINISTRATORS)
    role = held.order_by("-starts_on", "-pk").values_list("role", flat=True).first()
    if role is None:
        raise NotSealed
    return role


def _give_back(user, role, until, *, by, on):
    if not user.is_active:
        change(user, is_active=True)
        audit.record("account.reactivated", on=user, by=by, fields=["is_active"])
    grant = RoleGrant.objects.create(user=user, role=role, starts_on=on, ends_on=until)
    audit.record("grant.given", on=grant, by=by, values=[user.pk, role])


def _end_lockouts(user, by, at):
    for lockout in Lockout.objects.filter(username=user.username, unlocked_at=None, until__gt=at):
        change(lockout, until=at)
        audit.record("account.unlocked", on=lockout, by=by, fields=["until"])


@transaction.atomic
def acknowledge_opening(*, opening, by, at):
    """Record that another administrator has acknowledged it; the reminders end."""
    opening = locked(opening)
    require(rules.may_acknowledge_opening(by, opening))
    change(opening, seen_by=by, seen_at=at)
    audit.record("break_glass.seen", on=opening, by=by, fields=["seen_at"])
    return opening


# --- What people choose for themselves ---------------------------------------------------------


def choose_type(*, by, large):
    change(by, large_type=large)


def choose_language(*, by, language):
    change(by, language=language)


def choose_shortcuts(*, by, on):
    change(by, shortcuts=on)


def hide_first_day(*, by):
    change(by, hides_first_day=True)
