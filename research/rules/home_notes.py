"""Rules of home notes: voluntary, and their author's alone until given to the office."""

from django.utils.translation import gettext as _

from portal.roles import Permission as P
from portal.trust.access import NotNow, only, unless


def may_write_home_note(user):
    """Any cadre may, voluntarily; nobody is asked to."""
    said = _("Cadres write down what they saw at home.")
    return only(getattr(user, "cadre", None) is not None and user.holds(P.SEE_PEOPLE), said)


def _own(user, note):
    return only(note.author.user_id == user.pk, _("Only its author does this."))


def may_change_home_note(user, note):
    return _own(user, note) and unless(note.is_given, _("The office has it."), NotNow)


may_give_home_note = may_drop_home_note = may_change_home_note


def may_take_home_note_back(user, note):
    return _own(user, note) and unless(not note.is_given, _("It is yours alone."), NotNow)
