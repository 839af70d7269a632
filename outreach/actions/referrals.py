"""Matters referred to a statutory channel: stores only where and when they were referred and the
channel's ticket number, neither content nor raiser (DESIGN 6.5)."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from outreach import papers
from portal.records import files
from portal.trust import privacy

# Callbacks (matter) registered by apps above, which erase their data about a referred matter.
ALSO_ERASED = []
PEOPLE = ("raiser_name", "raiser_phone", "side_a", "side_a_phone", "side_b", "side_b_phone")
# Ticket numbers begin with their date, and one in ten would pass as a bank card number.
_WITH_A_DAY = re.compile(r"\D{0,6}20\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d*")


def is_personal(number):
    """Whether it is an ID, phone or card number rather than a ticket number."""
    found = privacy.find(number)
    is_card = found.cards and not _WITH_A_DAY.fullmatch(number)
    return bool(found.ids or found.phones or is_card)


def checked_number(number):
    """Return the ticket number of a channel, stripped; raises ValidationError for an ID, phone or
    card number."""
    number = number.strip()
    if is_personal(number):
        raise ValidationError(
            _("This is the number of a person, a phone or a card, not the number of a ticket.")
        )
    return number


def without_people(given):
    """The typed facts of a matter that is referred at once, without names and phones."""
    return {k: "" if k in PEOPLE else v for k, v in given.items()}


def hide_content(matter):
    # Always in Chinese, as the ledger prints it.
    matter.title = f"已引导至{matter.referred_to}"
    matter.request_text = matter.result_text = ""


def erase(matter, *, waits):
    """Erase the content of a matter with a confirmed referral from all rows, which keep actors and
    times. If it `waits`, a sealed copy and the files are kept until the confirmation can no longer
    be taken back; else the files are deleted at once.

    The calling function holds the lock on the matter and saves it.
    """
    hide_content(matter)
    matter.raiser_display = ""
    for also in ALSO_ERASED:
        also(matter)
    added = papers.of(matter).erase()
    if not waits:
        files.drop(added)
