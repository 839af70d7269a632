"""The type of words that are shown: as written, or translated when they are drawn."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text: TypeAlias = str | _StrPromise
else:
    from django.utils.functional import Promise

    Text = str | Promise
