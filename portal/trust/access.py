"""What a person's grants reach, and decisions that give their reason.

Knows no particular noun: a scoped model tells its place by its column names (see `reach`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, F, Func, Q
from django.utils.translation import gettext as _

from portal.roles import organ_axis
from portal.text import Text

# Not Q(): an empty condition vanishes when others are added with OR.
EVERYTHING = ~Q(pk__in=())

# The column that holds a record's ancestor of each division level.
PLACE_COLUMNS = {1: "province", 2: "city", 3: "county", 4: "township", 5: "division"}


@dataclass(frozen=True)
class Decision:
    """A yes, or a no with its reason; use it as a truth value."""

    refusal: Text = ""

    def __bool__(self):
        return not self.refusal


class NotYours(Decision):
    """A refusal because of the person: the button is hidden."""


class NotNow(Decision):
    """A refusal that the state shown on the page explains: the button is hidden."""


ALLOWED = Decision()


def only(condition, sentence, kind: Callable[[Text], Decision] = NotYours):
    """A yes if the condition holds, otherwise a refusal.

    A refusal is false, so `first and second` is the first refusal of several conditions.
    """
    return ALLOWED if condition else kind(sentence)


def unless(condition, sentence, kind: Callable[[Text], Decision] = Decision):
    """A refusal if the condition holds, otherwise a yes."""
    return kind(sentence) if condition else ALLOWED


def stands_at(state):
    """Refuse an act that does not fit the record's state, for users of an outdated page."""
    said = _("It stands at “%(state)s”, so this cannot be done now. Open its page anew.")
    return NotNow(said % {"state": state})


def in_state(record, *states):
    """A yes if the record is in one of these states, otherwise a refusal that names its state."""
    return only(record.state in states, record.get_state_display(), stands_at)


def require(decision):
    """Raise PermissionDenied with the reason unless the decision is a yes."""
    if not decision:
        raise PermissionDenied(str(decision.refusal))


def _places(division):
    """{column: ids} of the division and of those it took over in a reorganisation."""
    places = {PLACE_COLUMNS[division.level]: [division.pk]}
    for level, ids in (division.former or {}).items():
        column = PLACE_COLUMNS[int(level)]
        places[column] = [*places.get(column, []), *ids]
    return places


def _in_area(division, via):
    inside = Q()
    for column, ids in _places(division).items():
        inside |= _is_one_of(f"{via}{column}", ids)
    return inside


def _is_one_of(column, ids):
    # An equality for a single id, so that lists can be read from the index in their order.
    return Q(**{f"{column}_id": ids[0]} if len(ids) == 1 else {f"{column}_id__in": ids})


def reach(user, permission, *, via="", only=None):
    """The records of a scoped model that the user's grants open for a permission, as a Q.

    Within one grant organ AND territory (empty = no limit); several grants OR. The model has
    the columns of PLACE_COLUMNS, `organ` and `host_organ`, or leads to such a model by `via`.
    `only(grant)` selects the grants that count.
    """
    opened = Q(pk__in=())
    for grant in user.grants_with(permission):
        if only and not only(grant):
            continue
        limit = Q()
        if grant.division_id:
            limit &= _in_area(grant.division, via)
        if grant.organ_id:
            limit &= _is_one_of(f"{via}{organ_axis(grant.role)}", grant.organ_ids)
        if not limit:
            return EVERYTHING
        opened |= limit
    return opened


class IsAnyOf(Func):
    """column = ANY (ARRAY (subquery)): a relation as a condition on the row's own column.

    Within an OR, `IN (subquery)` and joins make the database read every row; here it looks up the
    values once and takes each alternative from its index.
    """

    template = "(%(expressions)s))"
    arg_joiner = " = ANY ("
    output_field = BooleanField()  # pyright: ignore[reportAssignmentType]  # as Django does

    def __init__(self, column, queryset):
        super().__init__(F(column), ArraySubquery(queryset))


def covers(grant, record):
    """Whether a grant reaches a record that is already loaded; see `reach`."""
    if grant.division_id:
        places = _places(grant.division).items()
        if not any(getattr(record, f"{column}_id") in ids for column, ids in places):
            return False
    if grant.organ_id:
        axis = organ_axis(grant.role)
        return getattr(record, f"{axis}_id") in grant.organ_ids
    return True


def granted_organs(user, permission):
    """The ids of the organs that the user's grants of a permission name, with all below them."""
    grants = [grant for grant in user.grants_with(permission) if grant.organ_id]
    return sorted({organ for grant in grants for organ in grant.organ_ids})


def organ_reach(user, permission, *, to="organ"):
    """The rows whose organ the user's grants reach, as a Q; `to` is the lookup path to the organ,
    empty if the rows are organs."""
    opened, way = Q(pk__in=()), f"{to}__" if to else ""
    for grant in user.grants_with(permission):
        limit = Q()
        if grant.organ_id:
            limit &= Q(**{f"{way}path__startswith": grant.organ.path})
        if grant.division_id:
            limit &= Q(**{f"{way}division__path__startswith": grant.division.path})
        if not limit:
            return EVERYTHING
        opened |= limit
    return opened
