"""Filters that several lists of pairing have, in one call each."""

import django_filters

from portal.pages.forms import DayInput


def between(column, label_from, label_to):
    """Two filters of a column of days: from a day, and to a day, both included."""
    return (
        django_filters.DateFilter(column, lookup_expr="gte", label=label_from, widget=DayInput()),
        django_filters.DateFilter(column, lookup_expr="lte", label=label_to, widget=DayInput()),
    )


def choice(label, choices, method=None):
    """A filter by a choice, of the column of its name or by a method."""
    return django_filters.ChoiceFilter(label=label, choices=choices, method=method)
