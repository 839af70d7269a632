"""What a move is: one way in which a matter goes from one state to another.

The rows stand above (acts/moves.py), since they name rules, effects and forms; what lies below
finds them here by their codes. Urging, notes and orders leave the state as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from outreach.models.matters import EXPECTED, Status
from portal import events

S = Status
UNDER_WAY = frozenset(
    {S.REGISTERED, S.ESCALATED, S.ASSIGNED, S.IN_PROGRESS, S.SUSPENDED, S.REPORTED}
)


@dataclass(frozen=True)
class Move:
    code: str
    label: str
    # In the history and in the audit, in the office's own words.
    done: str
    # States in which the move is possible at all.
    possible_in: frozenset
    # Standing → Decision: whether it is this person's move.
    person: Callable
    # What it changes; see actions/moves.py.
    effect: Callable
    form: type
    # Standing → Decision: whether it is possible as the matter stands.
    state: Callable | None = None
    # The state it leads to; None when it stays or depends on what is said.
    leads_to: str | None = None
    # Why it cannot be done yet or any more, and in which states that is worth a dashed button.
    otherwise: str = ""
    otherwise_in: frozenset = frozenset()
    # The one thing that its reader is expected to do now.
    primary: bool = False
    # Expected → Q: matters in which this person is to make it next; for the to-do list.
    expected: Callable | None = None
    # Standing → keys of what it decides or answers, carried by the page that offers it.
    about: Callable = lambda standing: ""
    shows_orders: bool = False
    # For several matters at once.
    bulk: bool = False
    # Whoever made it has had no hand in the handling.
    outside: bool = False
    # Stands in the column of progress of the official ledger.
    is_progress: bool = False
    # What the raiser hears of it; nothing where it is the offices' own affair.
    door: str = ""


MOVES: dict[str, Move] = {}

# Steps that carry what the people said.
WORD_MOVES = frozenset({"word", "close", "reopen"})

# What stands in the history for each step; those of moves come with their rows.
DONE = {
    "register": _("Registered"),
    "settle_on_spot": _("Registered as settled on the spot"),
    "lead": _("Lead official named"),
    "decide": _("Decided by the analysis meeting"),
    "arrange_call": _("Call-back arranged"),
    "try": _("Called, nobody reached"),
    "word": _("The people's word"),
    "reopen": _("Not satisfied, reopened"),
    "close": _("Closed"),
    "hand_over": _("Handed over"),
}


def add(*moves):
    for move in moves:
        MOVES[move.code] = move
        DONE[move.code] = move.done
        events.describe({f"matter.{move.code}": move.done})
        if move.expected:
            EXPECTED[move.code] = move.expected
