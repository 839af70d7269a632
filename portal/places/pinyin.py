"""Pinyin initials for search by typing: 柳湾村 → lwc."""

import unicodedata
from functools import cache

from pypinyin.constants import PINYIN_DICT


@cache
def _table():
    """One letter for each character, so that 600 000 names take seconds and not minutes.

    The first letter of the most usual sound without its tone mark, as pypinyin's FIRST_LETTER.
    """
    return {code: unicodedata.normalize("NFD", sounds)[0] for code, sounds in PINYIN_DICT.items()}


def initials(name):
    """First letters of a name; letters and digits stay, everything else is dropped."""
    return "".join(c for c in name.translate(_table()).lower() if c.isascii() and c.isalnum())[:80]
