"""The list a sample is drawn from: units in strata, and the bytes and hash that are published."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.text import Text

# Only so many duplicates or bad rows are listed; the rest are counted.
NAMED = 5


class Unit(NamedTuple):
    """`size` is what a village's probability is proportional to, usually its households.

    `before` is the memory of earlier draws to avoid: the probability with which the unit could be
    drawn in any of them, positive if it was drawn, negative if not, 0 without such a draw.
    """

    key: str
    stratum: str = ""
    size: int = 1
    before: float = 0.0


@dataclass(frozen=True)
class Frame:
    """Keys with their sizes by stratum, strata by code point, keys in the order of the list."""

    strata: dict[str, dict[str, int]]
    before: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, units: Iterable[Unit]) -> "Frame":
        """Build a frame; raise ValidationError with a sentence for each duplicate and each invalid
        unit."""
        strata: dict[str, dict[str, int]] = {}
        before: dict[str, float] = {}
        doubles: dict[str, None] = {}
        problems: list[Text] = []
        as_written: dict[str, dict[str, int]] = {}
        for written, stratum, size, memory in units:
            sizes = as_written.get(stratum)
            if sizes is None:
                sizes = strata.setdefault(cleaned(stratum), {})
                as_written[stratum] = sizes
                problems += _invisible(cleaned(stratum))
            key = cleaned(written)
            # Asked first, since a frame may have a million units.
            if not (key.isalnum() and size > 0 and memory == 0):
                problems += _problems(key, size, memory)
                if memory:
                    before[key] = memory
            if key in sizes:
                doubles[key] = None
            sizes[key] = size
        # Sorted, since a set of a million keys takes five times the memory.
        keys = sorted(key for sizes in strata.values() for key in sizes)
        doubles |= {key: None for key, following in pairwise(keys) if key == following}
        problems += _named(list(doubles))
        if not keys:
            problems.append(_("The frame is empty: there is nothing to draw from."))
        if problems:
            raise ValidationError(shortened(problems))
        return cls({stratum: strata[stratum] for stratum in sorted(strata)}, before)

    @classmethod
    def read(cls, published: bytes) -> "Frame":
        """The frame of published bytes."""
        strata: dict[str, dict[str, int]] = {}
        before: dict[str, float] = {}
        for line in published.decode().split("\n")[:-1]:
            stratum, key, size, memory = line.split("\t")
            strata.setdefault(stratum, {})[key] = int(size)
            if memory != "0":
                before[key] = float(memory)
        return cls(strata, before)

    @property
    def count(self) -> int:
        return sum(map(len, self.strata.values()))

    def lines(self) -> Iterator[str]:
        """What is published: stratum, key, size and memory of each unit, between tabs."""
        for stratum, sizes in self.strata.items():
            for key, size in sizes.items():
                yield f"{stratum}\t{key}\t{size}\t{self.before.get(key, 0)!r}\n"

    @property
    def published(self) -> bytes:
        return "".join(self.lines()).encode()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the published bytes, in hexadecimal."""
        hashed = hashlib.sha256()
        for line in self.lines():
            hashed.update(line.encode())
        return hashed.hexdigest()


def roster(place: str, total: int | None, *, stratum: str = "") -> Iterator[Unit]:
    """The serial numbers 1 to `total` of a village's paper roster, which stays in the village."""
    if not total or total < 1:
        raise ValidationError(
            _("The number of households of %(place)s is not known: enter it first.")
            % {"place": place}
        )
    return (Unit(f"{place}/{serial}", stratum) for serial in range(1, total + 1))


def listed(rows: Iterable[Sequence[str]]) -> tuple[list[Unit], list[Text]]:
    """Units of an uploaded list of key, stratum and size (the last two may be missing), and a
    sentence for each row that is none."""
    units: list[Unit] = []
    problems: list[Text] = []
    for row_number, row in enumerate(rows, 1):
        key, stratum, size = (*(cell.strip() for cell in row), "", "", "")[:3]
        if not (key or stratum or size):
            continue
        # Decimal digits only, in any script or width: int() would also take "1_000" and a sign.
        if size and not (size.isdecimal() and len(size) <= 9):
            words = _("Row %(row)s: “%(size)s” is no whole number of households.")
            problems.append(words % {"row": row_number, "size": size})
        elif not key:
            problems.append(_("Row %(row)s: the number or name is missing.") % {"row": row_number})
        else:
            units.append(Unit(key, stratum, int(size or 1)))
    return units, problems


def shortened(problems: Sequence[Text]) -> list[Text]:
    """The first problems, and how many more there are."""
    named = list(problems[:NAMED])
    if left := len(problems) - len(named):
        named.append(_("%(n)s more problems of this kind are not shown.") % {"n": left})
    return named


def cleaned(text: str) -> str:
    """A key or the name of a stratum as it is published."""
    if text.isascii() and text.isalnum():
        return text
    return " ".join(unicodedata.normalize("NFC", text).split())


def _invisible(name: str) -> list[Text]:
    if name.isprintable():
        return []
    words = _("“%(key)s” contains an invisible character.")
    return [words % {"key": "".join(c if c.isprintable() else "□" for c in name)}]


def _problems(key: str, size: int, memory: float) -> list[Text]:
    if not key:
        return [_("A unit of the frame has neither number nor name.")]
    found = _invisible(key)
    if size < 1:
        words = _("%(key)s has no household: remove it from the frame or enter its number.")
        found.append(words % {"key": key})
    if not -1 < memory <= 1:
        words = _("%(key)s: the probability of an earlier draw lies between 0 and 1.")
        found.append(words % {"key": key})
    return found


def _named(doubles: list[str]) -> list[Text]:
    words = _("%(key)s stands more than once in the frame; it would be drawn too often.")
    return [words % {"key": key} for key in doubles]
