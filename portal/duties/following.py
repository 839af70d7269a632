"""Says, after an act, what waits next for the record and who has to do it."""

from django.utils.translation import gettext as _

from portal import uses
from portal.duties.duty import DUTIES
from portal.roles import Role, granted

# Naming more roles than these would not tell anybody whom to ask.
MOST_ROLES = 2
MOST_DUTIES = 2


def next_step(records, user) -> str:
    """Return the lists of the to-do list that hold the first waiting record, and who has them; ""
    if none waits."""
    for record in records:
        if getattr(record, "pk", None) and (found := _waiting(record, user)):
            return _("; ").join(found[:MOST_DUTIES])
    return ""


def _waiting(record, user):
    found = []
    for duty in DUTIES.values():
        if uses.is_on(duty.use):
            due = duty.records(user.today)
            if due.model is type(record) and due.filter(pk=record.pk).exists():
                found.append(_said(duty, record.pk, user))
    return found


def _said(duty, pk, user):
    if duty.is_for(user) and duty.rows(user).filter(pk=pk).exists():
        return _("you: “%(title)s”") % {"title": duty.title}
    told = {"title": duty.title, "who": _(", ").join(_roles(duty))}
    return (_("%(who)s: “%(title)s”") if told["who"] else _("to-do list “%(title)s”")) % told


def _roles(duty):
    """Return the labels of the roles that may have this duty, if they are few."""
    wanted = set(duty.whose.permissions)
    labels = [str(Role(role).label) for role, may in granted().items() if wanted & may]
    return labels if len(labels) <= MOST_ROLES else []
