"""Summons: no page yet."""

PAGES = {}


def records(people):
    return {}
