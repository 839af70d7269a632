"""The texts of oversight, by part of it (demo/data/oversight.txt)."""

from demo import texts

FILE = "oversight.txt"


def lines(heading):
    return texts.sections(FILE)[heading]


def rows(heading):
    return texts.rows(FILE, heading)


def words(heading):
    """{code: the text behind it}"""
    return dict(rows(heading))


def blocks(heading):
    """{code: the other parts}"""
    return {code: parts for code, *parts in rows(heading)}
