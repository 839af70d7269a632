"""Who reads which provinces, and which permissions exist in a nation."""

from django.conf import settings
from django.utils.translation import gettext as _

from nation import wire
from portal.roles import Permission
from portal.trust.access import only

P = Permission
# A nation keeps accounts, grants, places and the audit; it has no records.
OF_A_NATION = frozenset(
    {
        *(P.READ_NATION, P.EXPORT, P.SEE_PEOPLE, P.MANAGE_PLACES, P.SET_PARAMETERS),
        *(P.MANAGE_ACCOUNTS, P.GIVE_GRANTS, P.READ_AUDIT, P.RESET_PASSWORDS),
    }
)
NOT_IN_A_NATION = frozenset(P) - OF_A_NATION
NOT_IN_A_CELL = frozenset({P.READ_NATION})


def is_nation():
    return settings.MODE == "nation"


def withheld():
    """Permissions that nobody has here: in a nation all work with records, in a cell those of a
    nation."""
    return NOT_IN_A_NATION if is_nation() else NOT_IN_A_CELL


def code_prefixes(user):
    """Prefixes of division codes that a reader's grants open; [""] for everything."""
    found = set()
    for grant in user.grants_with(P.READ_NATION):
        division = grant.division
        if division is None:
            return [""]
        digits = wire.DIGITS.get(division.level)
        if digits:
            found.add(division.code[:digits])
    return sorted(one for one in found if not any(one != o and one.startswith(o) for o in found))


def may_read(user):
    return only(user.holds(P.READ_NATION), _("Your roles do not read totals of provinces."))


def may_export(user):
    said = _("Your roles do not export sheets.")
    return may_read(user) and only(user.holds(P.EXPORT), said)


def may_take_in(user):
    said = _("The programme office takes in files of provinces.")
    return may_read(user) and only(user.holds(P.SET_PARAMETERS), said)
