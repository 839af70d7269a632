"""Slips of the apps above: not about a matter, but also opened by number and code.

An app registers its kind in `ready()`. The door's process uses the first half of the fields, the
portal the second. Of such an app the door knows only a database function and a page.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class SlipKind:
    # The `state` that its database function returns for its own slips.
    state: str
    # Called in place of the function of the app below, to which it passes unknown slips, so that a
    # wrong code is counted once.
    function: str
    # The page at the door, and the keys of the answer that are dates.
    page: str
    days: tuple[str, ...]
    # What the door says once the word has been sent.
    thanks: str
    # (number, digest of number and code) → the slip, or None.
    find: Callable
    # (slip, word, comment, at) → False if no word is sought.
    hear: Callable
    # (slip) → (place, words) for the desk that looks at a held message.
    about: Callable
    # (user) → the held messages about such slips that the desk may see, as a Q.
    held: Callable


KINDS: dict[str, SlipKind] = {}


def register(kind):
    KINDS[kind.state] = kind


def function():
    """The database function that the door calls: that of the uppermost app."""
    return [*KINDS.values()][-1].function if KINDS else "door_slip"


def of_message(message):
    """Return (kind, slip) of a message about another kind of slip than those of matters; else
    (None, None)."""
    for kind in KINDS.values():
        if slip := kind.find(message.slip_number, message.code_digest):
            return kind, slip
    return None, None


def about(message):
    """Return (place, number or words) of the card or slip through which a message was sent."""
    if message.card:
        return message.card.area.unit.name, ""
    if message.slip:
        return message.slip.matter.unit.name, message.slip.matter.number_label
    kind, slip = of_message(message)
    return kind.about(slip) if kind else ("", "")
