"""Proposals of the workers' congress: no page yet."""

PAGES = {}


def records(people):
    return {}
