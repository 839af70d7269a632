"""Texts in CSV files, which spreadsheet programs would otherwise run as formulas."""

_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(value):
    """Return the cell with an apostrophe before a text that looks like a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS) else value
