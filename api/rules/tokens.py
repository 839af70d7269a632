"""Rules of service accounts and tokens.

Separation of duties: the system administrator makes the account, the security administrator gives
it roles and issues tokens, and a third person, who administers nothing, collects the token.
"""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from api.models.tokens import STATES, TO_COLLECT, sees_all
from portal import uses
from portal.models import Cadre
from portal.roles import ADMINISTRATORS, SEALED_ROLES
from portal.roles import Permission as P
from portal.rules import holds_now_or_later
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, unless

USE = "api"


def in_use():
    """Never in the practice area, where everybody has the same accounts."""
    off = _("The office has switched off interfaces.")
    practised = _("In the practice area no other system is connected.")
    return only(uses.is_on(USE), off, Decision) and unless(settings.PRACTICE, practised)


def may_see_services(user):
    """Those responsible for no system see an empty list."""
    own = user.pk in user.identity_ids
    return only(sees_all(user) or own, _("Interfaces are open to whoever answers for one."))


def may_declare(user):
    said = _("The system administrator says which accounts belong to other systems.")
    return only(user.holds(P.MANAGE_ACCOUNTS), said) and in_use()


def may_be_service(account, *, on):
    """Refuses accounts of people, and accounts that administer or open what is sealed."""
    if not account.is_active:
        return Decision(_("This account has ended."))
    if hasattr(account, "service"):
        return Decision(_("This account belongs to a system already."))
    if account.last_login or Cadre.objects.filter(user=account).exists():
        return Decision(_("This is the account of a person; make one for the system."))
    return _no_sealed_role(account, on=on)


def _no_sealed_role(account, *, on):
    is_sealed = holds_now_or_later(account, SEALED_ROLES, on=on)
    said = _("An administrator or a recipient of complaints gets no token, whoever asks.")
    return unless(is_sealed, said)


def may_answer_for(account, *, on):
    """The responsible person must be no administrator, so that nobody both issues and holds a
    token."""
    if not account.is_active or hasattr(account, "service"):
        return Decision(_("Choose the account of a person that is in use."))
    is_admin = holds_now_or_later(account, ADMINISTRATORS, on=on)
    return unless(is_admin, _("An administrator does not take tokens over."))


def may_change_service(user, service):
    return only(
        user.holds(P.MANAGE_ACCOUNTS), _("The system administrator says who answers for a system.")
    )


def may_issue(user, service):
    if not user.holds(P.GIVE_GRANTS):
        return NotYours(_("Tokens are issued by the security administrator."))
    if not (decision := in_use()):
        return decision
    if not service.user.is_active:
        return Decision(_("This account has ended."))
    return _no_sealed_role(service.user, on=user.today)


def may_collect(user, token):
    if token.service.responsible_id != user.pk or user.pk not in user.identity_ids:
        return NotYours(_("Whoever answers for the system takes its token over."))
    if token.digest:
        return NotNow(_("This token was collected; its secret is not shown again."))
    state = token.state_on(user.today)
    if state != "asked":
        return NotNow(
            _("It stands at “%(state)s”. What is not collected within %(n)s days is issued anew.")
            % {"state": STATES[state], "n": TO_COLLECT.days}
        )
    return in_use()


def may_revoke(user, token):
    """Any of the three may revoke it at once, even while interfaces are switched off."""
    own = token.service.responsible_id == user.pk
    said = _("An administrator revokes a token, or whoever answers for the system.")
    return only(own or sees_all(user), said) and unless(
        token.is_revoked, _("This token is revoked already."), NotNow
    )


def may_call(token, account, *, address):
    """Whether a call with this token is accepted; scopes and grants decide what it then opens.

    The caller learns only that the token is not valid.
    """
    if not in_use() or token.state_on(account.today) != "in_use":
        return Decision("token")
    if not account.is_active or account.roles & SEALED_ROLES:
        return Decision("account")
    return only(token.takes(address), "address", Decision) and ALLOWED
