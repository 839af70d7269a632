"""Branches that reported: no page yet."""

PAGES = {}


def records(people):
    return {}
