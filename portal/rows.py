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
