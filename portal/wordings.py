"""Which wording a user reads, by the norm `programme.words` of their organ; the portal's name.

`portal/tools/languages.py` explains wordings.
"""

import time
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from portal import parameters
from portal.tools import languages

WORDS, NAME = "programme.words", "portal.name"
# An organ is read once in this time, so that a page costs no query.
KEPT_SECONDS = 60
_known: dict[tuple, tuple[float, str]] = {}


def of_all(on: date):
    return parameters.text(WORDS, on=on)


def of_organ(organ, *, on: date):
    at = parameters.place_of(organ) if organ else None
    return parameters.text(WORDS, on=on, at=at)


def of_user(user, *, on: date):
    """The wording of an account's organ."""
    rows = parameters.rows_of(WORDS, on=on)
    if not user.organ_id or all(row.is_of_all for row in rows):
        return of_all(on)
    key, now = (rows, user.organ_id), time.monotonic()
    found = _known.get(key)
    if found is None or found[0] < now:
        if len(_known) > 2_000:
            _known.clear()
        found = _known[key] = (now + KEPT_SECONDS, of_organ(user.read_organ(), on=on))
    return found[1]


def language_of(user, *, on: date):
    """The language of an account, in the wording of its organ."""
    return languages.variant(user.language or settings.LANGUAGE_CODE, of_user(user, on=on))


def chinese_of(user, *, on: date):
    """Return the Chinese wording in which an account's sheets are written."""
    return languages.variant(languages.CHINESE, of_user(user, on=on))


def own_name(*, on: date):
    """Return the portal's name if the office has set one, else an empty text."""
    name = parameters.text(NAME, on=on)
    return "" if name == parameters.NORMS[NAME].value else name


def portal_name(*, on: date):
    """Return the office's name for the portal, else the default in the language of the page."""
    return own_name(on=on) or _("Grassroots Service Portal")
