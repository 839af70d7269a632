"""What the portal already holds, according to the code: headings of its sheets and imports."""

import re
from functools import cache

from portal import imports
from portal.sheets import ledgers
from portal.sheets.wording import worded

# Ignored parts of a heading: brackets with their content, punctuation, spaces.
_ASIDE = re.compile(r"（[^）]*）|\([^)]*\)")
_MARKS = re.compile(r"[\W_]+")
# Headings too general to compare.
_EMPTY = frozenset({"序号", "备注", "名称", "内容", "时间", "日期", "类别", "状态", "单位", "地点"})


def bare(words):
    """Normalise a heading for comparison: no brackets, punctuation or spaces."""
    return _MARKS.sub("", _ASIDE.sub("", words)).lower()


@cache
def headings():
    """{bare heading: title of the sheet in which the portal fills it}"""
    found = {}
    for ledger in ledgers.REGISTRY.values():
        for column in getattr(ledger, "columns", ()):
            if is_filled(column):
                found.setdefault(bare(column.heading), ledger.title)
    for kind in imports.REGISTRY.values():
        for column in kind.columns:
            for heading in column.headings:
                found.setdefault(bare(heading), str(kind.title))
    return {heading: title for heading, title in found.items() if heading not in _EMPTY}


def is_filled(column):
    """Whether the portal fills this column of a sheet; others are left to be written by hand."""
    of_rows = isinstance(column, ledgers.Column)
    return not (of_rows and column.cell is None and column.value == ())


def held_in(name):
    """Return the sheet in which the portal holds a column of this name, or ""."""
    return worded(headings().get(bare(name), ""))
