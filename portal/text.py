"""The type of displayed words: as written, or translated when rendered."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text: TypeAlias = str | _StrPromise
else:
    from django.utils.functional import Promise

    Text = str | Promise
