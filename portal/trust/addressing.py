"""Finds people by surname and form of address in free text (黄奶奶, 李大爷家). Pure: no database.

The words are in one file, which static/js/marking.js also reads to mark text while typing. Posts,
places and ordinary words take precedence: a found phrase is dropped if one of them covers it or
overlaps it (老马路, 平安大叔, 李书记).
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

WORDS = Path(__file__).resolve().parents[2] / "static" / "js" / "forms-of-address.json"
# The replacement offered to writers, and the one shown to readers of stored text.
PROPOSED = "反映人"
HIDDEN = "×××"


class Span(NamedTuple):
    start: int
    end: int


class _Words:
    """Words indexed by their first character."""

    def __init__(self, words: Iterable[str]):
        self.words = frozenset(words)
        self.longest = max(map(len, self.words), default=0)
        self.lengths: dict[str, list[int]] = {}
        for length in sorted({len(word) for word in self.words}, reverse=True):
            for first in {word[0] for word in self.words if len(word) == length}:
                self.lengths.setdefault(first, []).append(length)

    def spare(self, text, span, *, is_guess):
        """Return whether another word is meant: one that is longer than the phrase, crosses its
        border or is the phrase itself. A guess is also dropped if it begins with any of the words.
        """
        for at in range(max(0, span.start - self.longest + 1), span.end):
            for length in self.lengths.get(text[at], ()):
                end = at + length
                if end <= span.start:
                    break
                if text[at:end] not in self.words:
                    continue
                if at < span.start or end > span.end or (at, end) == span:
                    return True
                if is_guess and at == span.start:
                    return True
                break
        return False


def _words(lines):
    return " ".join(lines).split()


def _compiled(said):
    lists = {
        name: given if isinstance(given, str) else "|".join(_words(given))
        for name, given in said["lists"].items()
    }
    patterns = "(?={first})(?:" + "|".join(said["patterns"]) + ")"
    return re.compile(re.sub(r"\{([a-z]+)\}", lambda m: lists[m[1]], patterns))


_SAID = json.loads(WORDS.read_text(encoding="utf-8"))
_PERSON = _compiled(_SAID)
_FIXED = _Words(_words(_SAID["posts"]) + _words(_SAID["ordinary"]))


def find(text: str, spared: Iterable[str] = ()) -> list[Span]:
    """Return where people are named by surname and form of address, in order, without nesting.

    `spared` are more words to ignore: names of places and organs.
    """
    return list(_found(text, (_FIXED, _Words(spared)) if spared else (_FIXED,)))


def phrases(text: str, spared: Iterable[str] = ()) -> list[str]:
    """Return the phrases that `find` finds, each once."""
    return list(dict.fromkeys(text[start:end] for start, end in find(text, spared)))


def without(text: str, put: str, spared: Iterable[str] = ()) -> str:
    """The text with `put` for each found phrase."""
    for start, end in reversed(find(text, spared)):
        text = text[:start] + put + text[end:]
    return text


def _found(text, spared) -> Iterator[Span]:
    at = 0
    while match := _PERSON.search(text, at):
        span = Span(*match.span())
        # The group is what looks like a full name: a guess.
        if any(words.spare(text, span, is_guess=match[1] is not None) for words in spared):
            at = span.start + 1
        else:
            yield span
            at = span.end
