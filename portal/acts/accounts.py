"""Acts on accounts, the roles given to them, and lock-outs.

Acts that make a one-time password are views: only their answer shows it, once.
"""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import rules
from portal.actions import accounts as actions
from portal.forms.staff import ChangeAccountForm, GrantForm
from portal.models import BreakGlass, Lockout, RoleGrant, User
from portal.pages.acts import Act, Acts
from portal.roles import Role
from portal.trust.access import require


def seen_account(user, pk):
    require(rules.may_see_accounts(user))
    return get_object_or_404(User.objects.select_related("organ__division", "cadre__organ"), pk=pk)


def _grant(user, pk):
    require(rules.may_see_accounts(user))
    return get_object_or_404(RoleGrant.objects.select_related("user"), pk=pk)


def _lockout(user, pk):
    require(rules.may_see_lockouts(user))
    return get_object_or_404(Lockout, pk=pk)


def _opening(user, pk):
    require(rules.may_see_openings(user))
    return get_object_or_404(BreakGlass, pk=pk)


def crumbs(account, *more):
    return [
        (_("Accounts"), reverse("accounts")),
        (account.username, account.get_absolute_url() if more else ""),
        *[(label, "") for label in more],
    ]


ACCOUNTS = Acts(
    "",
    # The argument name of the actions.
    "user",
    "accounts/<int:pk>/",
    seen_account,
    crumbs,
    keeps_drafts=False,
    acts=(
        Act(
            "give_grant",
            _("Give a role"),
            rules.may_give_grants_to,
            actions.give_grant,
            GrantForm,
            "roles/new/",
            initial=lambda user, account: {
                "role": Role.CADRE,
                "organ": account.organ,
                "starts_on": user.today,
            },
            title=lambda account: _("Give %(name)s a role") % {"name": account.name},
            submit=_("Give the role"),
            intro=_("A role reaches the organ and the area that you name, from day to day."),
            primary=True,
            audit={"grant.given": _("Role given")},
            undo="grant.revoke_grant",
        ),
        Act(
            "edit_account",
            _("Correct"),
            lambda user, account: rules.may_manage_accounts(user),
            actions.change_account,
            ChangeAccountForm,
            "edit/",
            initial=lambda user, account: {
                "name": account.name,
                "organ": account.organ,
                "cadre": getattr(account, "cadre", None),
            },
            title=lambda account: (
                _("Correct the account %(username)s") % {"username": account.username}
            ),
            submit=_("Save"),
            audit={"account.changed": _("Account corrected")},
        ),
        Act(
            "drop_second_factor",
            _("Remove the second factor"),
            rules.may_drop_second_factor,
            actions.drop_second_factor,
            path="second-factor/drop/",
            confirm=_(
                "Remove the second factor of this account? Do it only when you have seen who asks. "
                "From then on the password alone opens it, all its sessions end, and its owner is "
                "told."
            ),
            audit={"account.second_factor_reset": _("Lost second factor removed")},
        ),
        Act(
            "end_account",
            _("End the account"),
            rules.may_end_account,
            actions.end_account,
            path="end/",
            confirm=_("End this account and all its roles? Whoever is signed in is signed out."),
            audit={"account.ended": _("Account ended")},
        ),
    ),
)

GRANTS = Acts(
    "",
    "grant",
    "grants/<int:pk>/",
    _grant,
    crumbs,
    page=lambda grant: grant.user,
    keeps_drafts=False,
    acts=(
        Act(
            "revoke_grant",
            _("Revoke"),
            rules.may_revoke_grant,
            lambda *, grant, by: actions.revoke_grant(grant=grant, by=by, on=by.today),
            path="revoke/",
            confirm=_("Revoke this role now?"),
            audit={"grant.revoked": _("Role revoked")},
        ),
    ),
)

OPENINGS = Acts(
    "",
    "opening",
    "opened-on-the-server/<int:pk>/",
    _opening,
    crumbs,
    address=lambda opening: reverse("openings"),
    acts=(
        Act(
            "say_seen",
            _("I know of it"),
            rules.may_acknowledge_opening,
            actions.acknowledge_opening,
            path="seen/",
            audit={"break_glass.seen": _("Another administrator knows of the opening")},
        ),
    ),
)

LOCKOUTS = Acts(
    "",
    "lockout",
    "lockouts/<int:pk>/",
    _lockout,
    crumbs,
    address=lambda lockout: reverse("lockouts"),
    keeps_drafts=False,
    acts=(
        Act(
            "unlock",
            _("Unlock"),
            lambda user, lockout: rules.may_see_lockouts(user),
            actions.unlock,
            path="unlock/",
            confirm=_("Unlock it? Its password can be tried again at once; the failed tries stay."),
            audit={"account.unlocked": _("Account unlocked")},
        ),
    ),
)
