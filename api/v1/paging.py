"""Pages of lists by keyset: no page costs more than the first, and none skips or repeats a row."""

from typing import Annotated

from django.http import QueryDict
from pydantic import BaseModel, Field

from api.v1.problems import Problem, of_forms
from portal.pages.web import KeysetPage, Rows

MOST = 200


class Paged(BaseModel):
    size: Annotated[int, Field(ge=1, le=MOST)] = 50
    after: Annotated[str, Field(max_length=60)] = Field(
        "", description="`next` of the page before."
    )


class Placed(Paged):
    """Filters that all lists of placed records have, as their pages do."""

    unit: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    area: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = Field(
        None, description="A division with all below it."
    )


def page(rows, sort, asked):
    """(rows of the page, cursor of the next one). Accepts only an `after` that an earlier page
    returned."""
    query = QueryDict(mutable=True)
    if asked.after:
        query["after"] = asked.after
    found = KeysetPage(Rows(rows), sort, query, size=asked.size)
    if asked.after and (not found.has_previous or "~" not in asked.after):
        raise Problem("invalid", errors=[("after", "?")])
    link = found.next_link
    return found.rows, QueryDict(link[1:])["after"] if link else None


def asked_at(address, user, asked, **renamed):
    """The rows of a page's address under these filters, all of which it must know."""
    query = QueryDict(mutable=True)
    for name, value in asked.model_dump(exclude={"size", "after"}, exclude_none=True).items():
        if value != "":
            query[renamed.get(name, name)] = str(value)
    found = address.at(user, query)
    if not found.filter.form.is_valid():
        raise of_forms({"": found.filter.form})
    return found.rows
