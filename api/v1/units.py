"""Units, open to the same accounts as their pages; without contact persons."""

from typing import Annotated, Literal

from django.db.models import BigAutoField
from django.http import Http404
from ninja import Query
from pydantic import Field

from api.models import Scope
from api.v1 import shapes
from api.v1.gate import operation
from api.v1.paging import Paged, page
from api.v1.shapes import codes, named
from portal.models import Division, GrassrootsUnit
from portal.models.places import UnitKind
from portal.pages.web import Sort
from portal.rules import may_see_people
from portal.trust.access import require

BY_ID = Sort("", "id", descending=False)


class UnitsAsked(Paged):
    q: Annotated[str, Field(max_length=60)] = Field("", description="Name, initials or code.")
    kind: codes(UnitKind) | None = None
    host: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    area: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    ended: Literal["no", "yes"] = Field("no", description="Ended ones as well.")


def _rows():
    return GrassrootsUnit.objects.select_related("host_organ", "division")


@operation(
    "GET", "/units", scope=Scope.UNITS_READ, answer=shapes.Units, tag="units", url_name="units"
)
def list_units(request, asked: Query[UnitsAsked]):
    """Units, in the order of their ids."""
    user = request.auth.user
    require(may_see_people(user))
    rows = _rows() if asked.ended == "yes" else _rows().current(user.today)
    if asked.q:
        rows = rows.named_like(asked.q)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.host:
        rows = rows.filter(host_organ=asked.host)
    if asked.area:
        area = Division.objects.filter(pk=asked.area).first()
        rows = rows.filter(division__path__startswith=area.path) if area else rows.none()
    found, following = page(rows, BY_ID, asked)
    return {"rows": [_shape(one) for one in found], "next": following}


@operation(
    "GET", "/units/{pk}", scope=Scope.UNITS_READ, answer=shapes.Unit, tag="units", url_name="unit"
)
def read_unit(request, pk: int):
    """One unit."""
    require(may_see_people(request.auth.user))
    found = _rows().filter(pk=pk).first() if 0 < pk <= BigAutoField.MAX_BIGINT else None
    if found is None:
        raise Http404
    return _shape(found)


def _shape(unit):
    return {
        "id": unit.pk,
        "name": unit.name,
        "kind": unit.kind,
        "code": unit.code,
        "host_organ": named(unit.host_organ),
        "division": named(unit.division),
        "ended_on": unit.ended_on,
    }
