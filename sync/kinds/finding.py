"""How kinds find the record that an entry is about, and the first value of a field."""

from django.http import Http404
from django.utils.translation import gettext as _

from portal.tools.asked import whole_number
from sync.kinds import Refused


def seen(find, user, key):
    """Return `find(user, pk)`, the lookup of an act or page; raise Refused if there is no such
    record."""
    pk = whole_number(key)
    try:
        if pk is None:
            raise Http404
        return find(user, pk)
    except Http404 as problem:
        raise not_seen() from problem


def not_seen():
    return Refused(
        _("What it is about is not there any more, or your roles do not open it any longer.")
    )


def require(decision):
    """Raise Refused with the message of the rule."""
    if not decision:
        raise Refused(decision.refusal)


def first(command, name):
    return next(iter(command.fields.get(name, ())), "")
