"""Free text that people type: what is masked on the way in and on the way out."""

from collections.abc import Callable, Iterable

from django.db import models
from django.utils.html import escape

from portal.trust import addressing, privacy

# Names of places and organs that look like a surname with a form of address and are not masked
# (portal/apps.py).
_spared: Callable[[], Iterable[str]] = tuple


def spare(names: Callable[[], Iterable[str]]):
    """Set the source of names of places and organs that texts may show."""
    global _spared
    _spared = names


def shown(text: str) -> str:
    """The text for readers who may not see whom it is about, and for the search index."""
    text = plain(text)
    if not addressing.find(text):
        return text
    return addressing.without(text, addressing.HIDDEN, _spared())


class FreeText(str):
    """A text from the database. Wherever it is shown (page, sheet, paper), surnames with forms of
    address are masked; `plain` returns the stored text, which forms and actions keep.

    A slice (`text[:30]`) is not masked: slice `shown(text)` instead.
    """

    __slots__ = ()

    def __str__(self):
        return shown(self)

    def __html__(self):
        return escape(shown(self))

    def __format__(self, spec):
        return format(shown(self), spec)


def plain(text: str) -> str:
    """The text as it is stored."""
    return str.__str__(text)


def as_written(*records: models.Model):
    """Show the texts of these records unmasked, to a reader who may see them."""
    for record in records:
        for name, value in vars(record).items():
            if type(value) is FreeText:
                vars(record)[name] = plain(value)


class _Free(models.Field):
    """Masks ID and card numbers on the way into the database, for every form and action, and
    returns a FreeText on the way out. The column is an ordinary one, so migrations are not
    affected."""

    def pre_save(self, model_instance, add):
        value = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return privacy.mask_ids(value) if isinstance(value, str) else value

    def from_db_value(self, value, expression, connection):
        return FreeText(value) if value else value

    def value_from_object(self, obj):
        value = super().value_from_object(obj)
        return plain(value) if isinstance(value, str) else value

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.get_internal_type()}", args, kwargs


class MaskedCharField(_Free, models.CharField):
    """A short text."""


class MaskedTextField(_Free, models.TextField):
    """A long text."""


class MaskedNameField(MaskedCharField):
    """A person whom an official names on purpose: not masked."""

    def from_db_value(self, value, expression, connection):
        return value
