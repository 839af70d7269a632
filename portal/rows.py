"""Querysets whose managers are known by their own methods, also to pyright."""

from typing import TYPE_CHECKING

from django.db import models

from portal.trust import wall

if TYPE_CHECKING:
    from typing import Self


class Rows(models.QuerySet):
    """The base of every queryset that a model has as `objects`."""

    if TYPE_CHECKING:
        # A manager has the methods of its queryset, which the types of Django lose on the way.
        @classmethod
        def as_manager(cls) -> Self: ...

    def of_roles(self, user):
        """Without the rows that only a personal relation opens to the user. Nouns with such rows
        leave them out; a sheet of an organ holds the others."""
        return self


NAMED = "a record that another names"


class ByName(models.QuerySet):
    """The base manager of a model behind the second wall (docs/adr/0084): a row that another one
    names by its key, or that was read already, is there also where no list of the reader shows it.
    Pages say its number without a link then."""

    def _fetch_all(self):
        with wall.as_system(NAMED):
            super()._fetch_all()

    def _insert(self, *args, **kwargs):
        with wall.as_system(NAMED):
            return super()._insert(*args, **kwargs)  # pyright: ignore[reportAttributeAccessIssue]  # of Django

    def _update(self, values):
        with wall.as_system(NAMED):
            return super()._update(values)  # pyright: ignore[reportAttributeAccessIssue]  # of Django

    # As Django marks its own: a manager has them too.
    _insert.alters_data = _update.alters_data = True
    _insert.queryset_only = _update.queryset_only = False
