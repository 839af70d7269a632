"""The way to the page of a scheme, a cycle or one of the appraised, for the line above a page."""

from django.urls import NoReverseMatch


def crumb(record, label):
    """(label, address); without an address where no page of it is installed."""
    try:
        return (label, record.get_absolute_url())
    except NoReverseMatch:
        return (label, "")
