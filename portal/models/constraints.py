"""Constraints and indexes of a table, each in one call: its name first, then what holds."""

from django.db import models


def check(name, condition, said=None):
    """Each row fulfils the condition."""
    return models.CheckConstraint(name=name, condition=condition, violation_error_message=said)


def all_or_none(fields):
    """The condition that these facts come together: each is there, or none of them."""
    names = fields.split()
    return models.Q(**dict.fromkeys(names)) | models.Q(**{f"{one}__isnull": False for one in names})


def only_when(fields, **so):
    """The condition that these facts are there when it is so, and are empty otherwise."""
    names = fields.split()
    there = models.Q(**so, **{f"{one}__isnull": False for one in names})
    return there | ~models.Q(**so) & models.Q(**dict.fromkeys(names))


def unique(name, fields, when=None, said=None, **more):
    """No two rows, of those where `when` holds, agree in these fields: names in one string."""
    return models.UniqueConstraint(
        name=name, fields=fields.split(), condition=when, violation_error_message=said, **more
    )


def index(name, fields, when=None, include="", **more):
    """An index by these fields, of the rows where `when` holds, that holds what it includes."""
    return models.Index(
        name=name, fields=fields.split(), condition=when, include=include.split(), **more
    )
