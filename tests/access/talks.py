"""Heart-to-heart talks: no page yet."""

PAGES = {}


def records(people):
    return {}
