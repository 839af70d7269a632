"""Querysets whose managers have their methods, also for pyright."""

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
        """Omit the rows that only a personal relation opens to the user. Nouns with such rows
        override this; sheets of an organ contain the others."""
        return self


NAMED = "a record that another names"


class ByName(models.QuerySet):
    """The base manager of a model behind the second wall (docs/adr/0084): a row that another row
    references, or that was already read, is found even if no list of the reader shows it. Pages
    then show its number without a link."""

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
