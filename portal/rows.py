"""Querysets whose managers are known by their own methods, also to pyright."""

from typing import TYPE_CHECKING

from django.db import models

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
