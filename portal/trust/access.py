"""What somebody may reach by their grants, and refusals that can say why.

Nothing here knows a particular noun: a scoped model tells by its column names where it stands (see
`reach`).
"""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, F, Func, Q

from portal.roles import organ_axis

# Not Q(): that is no condition at all, and vanishes when relations are added with OR.
EVERYTHING = ~Q(pk__in=())

# The column that holds a record's ancestor of each division level.
PLACE_COLUMNS = {1: "province", 2: "city", 3: "county", 4: "township", 5: "division"}


@dataclass(frozen=True)
class Decision:
    """A yes, or a no that can say why; use it as a truth value."""

    refusal: str = ""

    def __bool__(self):
        return not self.refusal


class NotYours(Decision):
    """A refusal because of the person: the button is not shown at all."""


class NotNow(Decision):
    """A refusal because of the state that needs no dashed button: the state itself says it."""


ALLOWED = Decision()


def only(condition, sentence, kind=NotYours):
    """A yes if the condition holds, otherwise a refusal.

    A refusal is false, so `first and second` is the first refusal of several conditions.
    """
    return ALLOWED if condition else kind(sentence)


def unless(condition, sentence, kind=Decision):
    """A refusal if the condition holds, otherwise a yes."""
    return kind(sentence) if condition else ALLOWED


def require(decision):
    """Raise PermissionDenied with the reason unless the decision is a yes."""
    if not decision:
        raise PermissionDenied(str(decision.refusal))


def _places(division):
    """{column: ids}: the division itself, and what it took over in a reorganisation."""
    places = {PLACE_COLUMNS[division.level]: [division.pk]}
    for level, ids in (division.former or {}).items():
        column = PLACE_COLUMNS[int(level)]
        places[column] = [*places.get(column, []), *ids]
    return places


def _lies_in(division, via):
    # One place is an equality, so that lists take their order from the index.
    inside = Q()
    for column, ids in _places(division).items():
        column = f"{via}{column}"
        inside |= Q(**{f"{column}_id": ids[0]} if len(ids) == 1 else {f"{column}_id__in": ids})
    return inside


def reach(user, permission, *, via="", only=None):
    """The records of a scoped model that the user's grants open for a permission, as a Q; `only`
    says of a grant whether it counts.

    Within one grant organ AND territory (empty = no limit); several grants OR. The model has
    the columns of PLACE_COLUMNS, `organ` and `host_organ`, or leads `via` somewhere to one.
    """
    opened = Q(pk__in=())
    for grant in user.grants_with(permission):
        if only and not only(grant):
            continue
        limit = Q()
        if grant.division_id:
            limit &= _lies_in(grant.division, via)
        if grant.organ_id:
            axis = organ_axis(grant.role)
            organs = grant.organ_ids
            if len(organs) == 1:
                limit &= Q(**{f"{via}{axis}_id": organs[0]})
            else:
                limit &= Q(**{f"{via}{axis}_id__in": organs})
        if not limit:
            return EVERYTHING
        opened |= limit
    return opened


class IsAnyOf(Func):
    """column = ANY (ARRAY (subquery)): a relation as a value of the row's own column.

    Among alternatives, `IN (subquery)` and joins make the database read every row; of this it
    looks the values up once and then takes each alternative from its own index.
    """

    template = "(%(expressions)s))"
    arg_joiner = " = ANY ("
    output_field = BooleanField()
    conditional = True

    def __init__(self, column, queryset):
        super().__init__(F(column), ArraySubquery(queryset))


def covers(grant, record):
    """Whether one grant reaches one record: `reach` for a record already in hand."""
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
    """The rows whose organ the user's grants reach, as a Q; `to` names the way to the organ,
    and is empty where the rows are organs themselves."""
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
