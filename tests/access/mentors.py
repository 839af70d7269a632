"""Masters and apprentices: no page yet."""

PAGES = {}


def records(people):
    return {}
