"""Cells that several official sheets have."""

from outreach.models.matters import Confidentiality, RaiserKind
from portal.models.people import Gender
from portal.sheets.ledgers import chinese

_KIND, _GENDER = chinese(RaiserKind), chinese(Gender)


def matter_number(year, number):
    return f"MQ{year}-{number:04d}"


def under(township, host):
    """The township of a place or, without one, the organ that manages it."""
    return township or host or ""


def raiser(confidentiality, name, kind):
    """Return the raiser as they chose to be named."""
    if confidentiality == Confidentiality.ANONYMOUS:
        return "匿名"
    if confidentiality == Confidentiality.ORGANISATION_ONLY:
        return "（姓名保密）"
    return name or _KIND(kind)


def request(title, details):
    return f"{title}。{details}" if details else title


def gender(code):
    return "" if code == Gender.UNKNOWN else _GENDER(code)
