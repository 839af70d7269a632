"""Addresses made from what is kept of them: a page has thirty, and a list fifty of its records."""

from functools import cache

from django.urls import get_script_prefix, get_urlconf, reverse

# A key that stands nowhere else in an address.
_KEY = 987_654_321_987


def address(url_name, *args):
    """Like `reverse`; each answer is kept, so it is for addresses that every page needs."""
    return _address_in(get_urlconf(), get_script_prefix(), url_name, args)


@cache
def _address_in(urlconf, prefix, url_name, args):
    return reverse(url_name, args=args)


def page_of(url_name, pk):
    """Like `reverse(url_name, args=[pk])`, in a tenth of the time."""
    before, after = _around(get_urlconf(), get_script_prefix(), url_name)
    return f"{before}{pk}{after}"


@cache
def _around(urlconf, prefix, url_name):
    before, _key, after = reverse(url_name, args=[_KEY]).partition(str(_KEY))
    return before, after
