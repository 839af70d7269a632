"""What works disclose: no page yet."""

PAGES = {}


def records(people):
    return {}
