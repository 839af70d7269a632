"""Pinyin initials for search by typing: 柳湾村 → lwc."""

import json
import unicodedata
from functools import cache
from importlib.metadata import distribution
from pathlib import Path


@cache
def _table():
    """Return {character code: first letter of its most common pinyin, without tone mark}.

    Same as pypinyin's FIRST_LETTER, but 600 000 names take seconds instead of minutes. Only its
    data file is read: importing pypinyin also loads phrases, 50 MB in each process.
    """
    file = distribution("pypinyin").locate_file("pypinyin/pinyin_dict.json")
    sounds = json.loads(Path(str(file)).read_bytes())
    return {int(code): unicodedata.normalize("NFD", said)[0] for code, said in sounds.items()}


def initials(name):
    """First letters of a name; letters and digits stay, other characters are dropped."""
    return "".join(c for c in name.translate(_table()).lower() if c.isascii() and c.isalnum())[:80]
