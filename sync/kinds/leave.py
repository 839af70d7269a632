"""Leave from a stay."""

from django.utils.translation import gettext_lazy

from outreach.actions import stay_months as actions
from outreach.acts.stays import visible_stay
from outreach.forms.stay_months import LeaveForm
from outreach.rules import stay_months as rules
from sync.kinds import Bound, EntryKind, register
from sync.kinds.finding import require, seen


def bind(user, command, *, on, record=None):
    stay = seen(visible_stay, user, command.about)
    require(rules.may_ask_leave(user, stay))
    return Bound(LeaveForm(command.query(client_key=str(command.id)), user=user, stay=stay))


def save(user, bound, command, *, at, record=None):
    (form,) = bound.forms
    return actions.ask_leave(stay=form.stay, by=user, at=at, **form.cleaned_data)


def name(leave):
    label = f"{leave.get_kind_display()} {leave.starts_on:%m-%d}–{leave.ends_on:%m-%d}"
    return label, leave.stay.get_absolute_url()


register(EntryKind("leave", gettext_lazy("Leave of a stay"), bind, save, name))
