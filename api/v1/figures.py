"""Figures of visits and matters, with the same numbers as the pages, for accounts that may read the
lists."""

from typing import Annotated, Literal

from django.http import Http404
from ninja import Query
from pydantic import BaseModel, Field

from api.models import Scope
from api.v1 import shapes
from api.v1.gate import operation
from api.v1.problems import Problem
from api.v1.shapes import Day, named
from portal.models import Division, Organ
from portal.sheets import figures

# The apps whose records the API reads.
APPS = {"outreach", "neighbours"}


class FigureAsked(BaseModel):
    first: Day | None = None
    last: Day | None = None
    by: Literal["all", "month"] = "all"
    area: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    organ: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None


def _open_to(user):
    return {
        code: one
        for code, one in figures.REGISTRY.items()
        if one.noun._meta.app_label in APPS and user.holds(one.permission)
    }


@operation(
    "GET",
    "/figures",
    scope=Scope.FIGURES_READ,
    answer=shapes.FigureNames,
    tag="figures",
    url_name="figures",
)
def list_figures(request):
    """The figures that the account may read."""
    found = _open_to(request.auth.user)
    return {"rows": [{"code": code, "title": str(one.title)} for code, one in found.items()]}


@operation(
    "GET",
    "/figures/{code}",
    scope=Scope.FIGURES_READ,
    answer=shapes.Figure,
    tag="figures",
    url_name="figure",
)
def read_figure(request, code: str, asked: Query[FigureAsked]):
    """One figure between two days, broken down by its parts.

    Without a place, it covers the widest area that the account may read.
    """
    user = request.auth.user
    figure = _open_to(user).get(code)
    if figure is None:
        raise Http404
    scope = _scope(user, figure, asked)
    by = "month" if asked.by == "month" else None
    found = figures.counts(figure, scope, first=asked.first, last=asked.last, by=by)
    rows = []
    for key in sorted(found):
        part, month = key if by else (key, None)
        rows.append({"part": part, "month": month, "n": found[key]})
    return {
        "code": code,
        "title": str(figure.title),
        "total": sum(found.values()),
        "area": named(scope.division),
        "organ": named(scope.organ),
        "host": named(scope.host),
        "rows": rows,
    }


def _scope(user, figure, asked):
    """The scope to count in. It is limited to what the account sees: a place outside its reach
    counts nothing."""
    if not asked.area and not asked.organ:
        return figures.scopes_of(user, figure.permission)[0]
    division = _one(Division, "area", asked.area)
    organ = _one(Organ, "organ", asked.organ)
    return figures.Scope(user, division=division, organ=organ)


def _one(model, name, pk):
    if pk is None:
        return None
    found = model.objects.filter(pk=pk).first()
    if found is None:
        raise Problem("not_found", errors=[(name, str(pk))])
    return found
