"""Foreign keys, constraints and indexes of a table, each in one call."""

from functools import reduce
from operator import and_

from django.db import models
from django.utils.translation import gettext_lazy as _


def ref(to, label=None, **more):
    """A foreign key to a record that cannot be deleted while it is referenced."""
    return models.ForeignKey(to, models.PROTECT, verbose_name=label, **more)


def optional_ref(to, label=None, **more):
    """Like `ref`, but optional, also in forms."""
    return ref(to, label, null=True, blank=True, **more)


def check(name, condition, said=None):
    """Every row meets the condition."""
    return models.CheckConstraint(name=name, condition=condition, violation_error_message=said)


def in_order(name, first="starts_on", last="ends_on", *, may_be_open=False):
    """Require the last day not to precede the first; if `may_be_open`, it may be empty."""
    condition = models.Q(**{f"{last}__gte": models.F(first)})
    if may_be_open:
        condition = models.Q(**{last: None}) | condition
    return check(name, condition, _("The end lies before the beginning."))


def _filled(fields, texts, **so):
    """The condition that these fields have a value and these texts are not empty."""
    present = models.Q(**so, **{f"{one}__isnull": False for one in fields.split()})
    return reduce(and_, (~models.Q(**{one: ""}) for one in texts.split()), present)


def _empty(fields, texts, **so):
    """The condition that these fields have no value and these texts are empty."""
    return models.Q(**so, **dict.fromkeys(fields.split()), **dict.fromkeys(texts.split(), ""))


def all_or_none(fields, texts="", **so):
    """The condition that all of these are filled and `so` holds, or that all are empty."""
    return _empty(fields, texts) | _filled(fields, texts, **so)


def only_when(fields, texts="", **so):
    """The condition that these are filled if `so` holds, and empty otherwise."""
    return _filled(fields, texts, **so) | ~models.Q(**so) & _empty(fields, texts)


def only_unless(fields, texts="", **so):
    """The condition that these are empty if `so` holds, and filled otherwise."""
    return _empty(fields, texts, **so) | ~models.Q(**so) & _filled(fields, texts)


def unique(name, fields, when=None, said=None, **more):
    """No two rows where `when` holds have the same values in these fields (one string)."""
    return models.UniqueConstraint(
        name=name, fields=fields.split(), condition=when, violation_error_message=said, **more
    )


def index(name, fields, when=None, include="", **more):
    """An index of the rows where `when` holds; `include` names further columns to store."""
    return models.Index(
        name=name, fields=fields.split(), condition=when, include=include.split(), **more
    )
