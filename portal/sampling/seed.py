"""The seed of a draw, thrown in public after frame and plan are announced, in a uniform format."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# 6^20 and 10^16 seeds are more than 2^51.
LEAST_THROWS = 20
LEAST_DIGITS = 16
# What people write between throws.
BETWEEN = re.compile(r"[\s,.;:、，。；：/|-]+")


class SeedKind(TextChoices):
    DICE = "dice", _("Dice, thrown before two people")
    PUBLIC = "public", _("Numbers that somebody else draws in public")


@dataclass(frozen=True)
class Seed:
    """`digits` as `dice` or `public_digits` give them."""

    digits: str
    entered_at: datetime


def dice(text: str) -> str:
    """The throws of a six-sided die in their order, as digits alone. Raises ValidationError."""
    digits = _digits(text)
    if wrong := sorted(set(digits) - set("123456")):
        words = _("A die shows 1 to 6, not “%(wrong)s”.")
        raise ValidationError(words % {"wrong": wrong[0]})
    return _long_enough(digits, LEAST_THROWS)


def public_digits(text: str) -> str:
    """Return digits that somebody else drew in public, such as a lottery. Raise ValidationError."""
    digits = _digits(text)
    if wrong := sorted(set(digits) - set("0123456789")):
        words = _("A seed of public numbers consists of digits, not “%(wrong)s”.")
        raise ValidationError(words % {"wrong": wrong[0]})
    return _long_enough(digits, LEAST_DIGITS)


def digits_of(kind: SeedKind | str, text: str) -> str:
    """What was typed as a seed of this kind. Raises ValidationError."""
    return dice(text) if kind == SeedKind.DICE else public_digits(text)


def commitment(secret: str) -> str:
    """The hash of a secret key, published before its draws; the key itself is published after."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _digits(text: str) -> str:
    return BETWEEN.sub("", unicodedata.normalize("NFKC", text))


def _long_enough(digits: str, least: int) -> str:
    if len(digits) < least:
        words = _("The seed has %(n)s digits; at least %(least)s are needed.")
        raise ValidationError(words % {"n": len(digits), "least": least})
    return digits
