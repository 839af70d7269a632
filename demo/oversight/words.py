"""Texts of oversight, by section of demo/data/oversight.txt."""

from demo import texts

FILE = "oversight.txt"


def lines(heading):
    return texts.sections(FILE)[heading]


def rows(heading):
    return texts.rows(FILE, heading)


def words(heading):
    """Return {code: text}."""
    return dict(rows(heading))


def blocks(heading):
    """Return {code: [further parts]}."""
    return {code: parts for code, *parts in rows(heading)}
