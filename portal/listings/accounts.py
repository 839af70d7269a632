"""The lists of accounts, one-time passwords and lock-outs."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal import rules
from portal.actions.accounts import SLIP_WORKS_FOR
from portal.models import BreakGlass, Cadre, Lockout, Organ, RoleGrant, User
from portal.pages import cells
from portal.pages.filters import Address, Search
from portal.pages.listings import Button, Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import SEALED_ROLES
from portal.roles import Permission as P
from portal.trust.access import organ_reach

BREAK = mark_safe("<br>")
BY_USERNAME = Sort(_("by user name"), "username", descending=False)


def _search(rows, text):
    return rows.filter(found_by(text))


def found_by(text):
    """Accounts by user name, name, pinyin initials of the cadre, or organ, as a Q."""
    found = Q(username__startswith=text.lower()) | Q(name__startswith=text)
    found |= Q(organ__in=Organ.objects.called(text).values("pk"))
    found |= Q(pk__in=Cadre.objects.called(text).exclude(user=None).values("user"))
    return found


def _in_tab(rows, tab, *, on):
    if tab == "ended":
        return rows.filter(is_active=False)
    rows = rows.filter(is_active=True)
    if tab == "left":
        return rows.filter(cadre__left_on__lte=on)
    if tab == "no_role":
        running = RoleGrant.objects.running(on).filter(user=OuterRef("pk"))
        return rows.filter(~Exists(running))
    return rows


def _with_person(accounts, asked):
    """Sets the cadre of each account, or None."""
    for one in accounts:
        one.person = getattr(one, "cadre", None)


def _with_grants(rows, asked):
    running = RoleGrant.objects.running(asked.today).select_related("organ", "division")
    return rows.select_related("organ", "cadre").prefetch_related(
        Prefetch("grants", running.order_by("pk"), to_attr="running_grants")
    )


def _grants(account, asked):
    drawn = []
    for grant in account.running_grants:
        organ, division = grant.organ, grant.division
        where = [organ and organ.label, division and division.name]
        drawn.append((cells.under(grant.get_role_display(), *where), any(where)))
    if not drawn:
        return format_html('<span class="total">{}</span>', gettext("none"))
    # A grant without smaller text below needs a line break.
    ends = [BREAK if not is_under else "" for _one, is_under in drawn[:-1]] + [""]
    return format_html_join("", "{}{}", zip([one for one, _under in drawn], ends, strict=True))


def _state(account, asked):
    if not account.is_active:
        shown = cells.state("closed", gettext("ended"))
    elif account.must_change_password:
        shown = cells.state("queued", gettext("one-time password"))
    else:
        shown = cells.state("running", gettext("in use"))
    return cells.under(shown, LEFT(account, asked))


LEFT = cells.said(_("person left %(day)s"), day="person.left_on")

ACCOUNT_LIST = Listing(
    "accounts",
    "accounts/",
    _("Accounts"),
    Address(
        Search(_("User name, name, initials or organ"), _search),
        lambda user: User.objects.all(),
        {
            "in_use": _("In use"),
            "left": _("Person has left"),
            "no_role": _("Without a role"),
            "ended": pgettext_lazy("accounts", "Ended"),
        },
        _in_tab,
    ),
    BY_USERNAME,
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_accounts,
    for_list=_with_grants,
    load=_with_person,
    columns=(
        Col(_("Name"), "name", "username", link=True),
        Col(_("Organ"), "organ.label", "person.post", code="organ", bare=True),
        Col(_("Roles today"), _grants, code="roles", bare=True),
        Col(_("State"), _state, bare=True),
        Col(_("Made"), "created_at", code="made", shown=False, number=True),
    ),
    begin=Button(_("Create an account"), "new_account", P.MANAGE_ACCOUNTS),
    empty=(
        Empty(
            _("No matching account"),
            _(
                "Try the user name, the name, the pinyin initials or the organ, or look under the "
                "other states."
            ),
            filtered=True,
        ),
        Empty(
            _("No account of somebody who has left"),
            _("When the office notes that a cadre has left, the account waits here to be ended."),
            tab="left",
        ),
        Empty(
            _("Every account in use has a role"),
            _("A new account waits here until the security administrator gives it one."),
            tab="no_role",
        ),
        Empty(
            _("No accounts here"),
            _("The system administrator makes accounts; they are ended, never deleted."),
        ),
    ),
)


# --- One-time passwords -----------------------------------------------------------------------


def within_reach(user):
    """Accounts whose passwords this person may reset."""
    reached = User.objects.filter(organ_reach(user, P.RESET_PASSWORDS), is_active=True)
    return reached.exclude(pk=user.pk)


def _with_seal(rows, asked):
    sealed = RoleGrant.objects.filter(user=OuterRef("pk"), role__in=SEALED_ROLES).filter(
        Q(ends_on=None) | Q(ends_on__gte=asked.today)
    )
    return rows.select_related("organ", "cadre").annotate(is_sealed=Exists(sealed))


def _with_more(accounts, asked):
    _with_person(accounts, asked)
    more = rules.opening_more(asked.user, P.RESET_PASSWORDS, list(accounts))
    for account in accounts:
        account.opens_more = account.pk in more


_print = cells.press(
    _("Print a one-time password"),
    "make_password_slip",
    confirm=lambda one: (
        gettext("Print a one-time password for %(name)s? The present password ends at once.")
        % {"name": one.name}
    ),
)


def _slip(account, asked):
    why = _("This account opens what nobody else may read; it is renewed on the server.")
    if not account.is_sealed:
        why = _(
            "This account opens more than yours; the programme office prints its one-time password."
        )
    if account.is_sealed or account.opens_more:
        return format_html('<span class="sub">{}</span>', why)
    return _print(account, asked)


PASSWORD_SLIPS = Listing(
    "password_slips",
    "password-slips/",
    _("Password slips"),
    Address(Search(_("User name, name, initials or organ"), _search), within_reach),
    BY_USERNAME,
    area=Area.ADMINISTRATION,
    may_see=rules.may_make_slips,
    intro=lambda asked: (
        gettext(
            "When somebody of your organ has forgotten the password: print a one-time password and "
            "hand it over in person. It works once, within %(works_for)s hours; the old password "
            "and open sessions end at once."
        )
        % {"works_for": SLIP_WORKS_FOR // timedelta(hours=1)}
    ),
    for_list=_with_seal,
    load=_with_more,
    columns=(
        Col(_("Name"), "name", "username"),
        Col(_("Organ"), "organ.label", "person.post", bare=True),
        Col(_("Print"), _slip, silent=True),
    ),
    empty=(
        Empty(
            _("No matching account in your organ"),
            _(
                "You print slips for people of your own organ and area. For others ask their "
                "liaison."
            ),
        ),
    ),
)


# --- Lock-outs --------------------------------------------------------------------------------


def _locked(rows, tab, *, on):
    # Lock-outs end at a minute, not on a day.
    now = Q(unlocked_at=None, until__gt=timezone.now())
    return rows.exclude(now) if tab == "over" else rows.filter(now)


_unlock = cells.press(_("Unlock"), "unlock", about="username")


def _unlocking(lockout, asked):
    if lockout.unlocked_by:
        facts = {"name": lockout.unlocked_by.name, "moment": cells.moment(lockout.unlocked_at)}
        return gettext("unlocked by %(name)s, %(moment)s") % facts
    return _unlock(lockout, asked) if asked.tab == "locked" else gettext("ended by itself")


LOCKOUT_LIST = Listing(
    "lockouts",
    "lockouts/",
    _("Lock-outs"),
    Address(
        Search(_("User name"), lambda rows, text: rows.filter(username__startswith=text.lower())),
        lambda user: Lockout.objects.all(),
        {"locked": _("Locked now"), "over": _("Over")},
        _locked,
    ),
    Sort(_("newest first"), "locked_at"),
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_lockouts,
    intro=_(
        "After several wrong passwords an account is locked for a while. Unlock it when you know "
        "who is asking."
    ),
    for_list=lambda rows, asked: rows.select_related("unlocked_by"),
    columns=(
        Col(_("User name"), "username"),
        Col(_("Locked"), cells.at("locked_at"), number=True, bare=True),
        Col(_("Until"), cells.at("until"), number=True, bare=True),
        Col(_("Unlock"), _unlocking, silent=True),
    ),
    empty=(
        Empty(_("Nobody is locked out"), _("Earlier lock-outs are under “Over”."), tab="locked"),
        Empty(_("No lock-outs yet"), _("Each stays here with who unlocked it.")),
    ),
)


# --- Opened on the server ---------------------------------------------------------------------


_seen = cells.press(_("I know of it"), "say_seen", about="user.username")


def _seen_by(opening, asked):
    if opening.seen_by:
        facts = {"name": opening.seen_by.name, "moment": cells.moment(opening.seen_at)}
        return gettext("%(name)s, %(moment)s") % facts
    if not rules.may_acknowledge_opening(asked.user, opening):
        return gettext("waits for another administrator")
    return _seen(opening, asked)


def _given_back(opening, asked):
    if not opening.role:
        return "—"
    facts = {"role": opening.get_role_display(), "day": opening.ends_on}
    return gettext("%(role)s, until %(day)s") % facts


OPENING_LIST = Listing(
    "openings",
    "opened-on-the-server/",
    _("Opened on the server"),
    Address(
        Search(
            _("User name"), lambda rows, text: rows.filter(user__username__startswith=text.lower())
        ),
        lambda user: BreakGlass.objects.all(),
    ),
    Sort(_("newest first"), "at"),
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_openings,
    intro=_(
        "When nobody could sign in, somebody at the server opened an administrator's account. "
        "The other administrators are reminded until one of them has looked at it."
    ),
    for_list=lambda rows, asked: rows.select_related("user", "seen_by"),
    columns=(
        Col(_("User name"), "user.username"),
        Col(_("When"), cells.at("at"), number=True, bare=True),
        Col(_("Who was at the server"), "done_by"),
        Col(_("Reason"), "reason"),
        Col(_("Role given back"), _given_back),
        Col(_("Another administrator knows"), _seen_by),
    ),
    empty=(
        Empty(
            _("Nothing was opened on the server"),
            _("“manage.py break_glass” is for the day on which nobody can sign in."),
        ),
    ),
)
