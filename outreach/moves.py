"""Moves: the ways in which a matter goes from one status to another.

acts/moves.py adds the rows, which name rules, effects and forms; lower modules find them here by
code. Urging, notes and orders do not change the status.
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
    # The label in the history and in the audit.
    done: str
    # Statuses in which the move is possible at all.
    possible_in: frozenset
    # Standing → Decision: may this user make the move?
    person: Callable
    # Applies its changes; see actions/moves.py.
    effect: Callable
    form: type
    # Standing → Decision: is it possible in the current state of the matter?
    state: Callable | None = None
    # The new status; None if it does not change or depends on the input.
    leads_to: str | None = None
    # The reason shown on a disabled button, and the statuses in which it is shown.
    otherwise: str = ""
    otherwise_in: frozenset = frozenset()
    # The main button of the page.
    primary: bool = False
    # Expected → Q: the matters in which it is the user's turn to make this move, for the to-do
    # list.
    expected: Callable | None = None
    # Standing → keys of the rows that the move decides or answers; they are sent with its form.
    about: Callable = lambda standing: ""
    shows_orders: bool = False
    # Can be made for several matters at once.
    bulk: bool = False
    # Made by somebody outside the handling chain.
    outside: bool = False
    # Shown in the progress column of the official ledger.
    is_progress: bool = False
    # The sentence shown to the raiser; empty if the move is internal.
    door: str = ""


MOVES: dict[str, Move] = {}

# Steps beside the handling: earlier steps can still be taken back after them.
NOT_HANDLING = frozenset(
    {"urge", "order", "settle_order", "decide", "undecide", "chase", "internal"}
)

# Steps that carry the people's word.
WORD_MOVES = frozenset({"word", "close", "reopen"})

# The label of each step in the history; moves add theirs.
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
    "chase": _("Urged by the people"),
    "hand_over": _("Handed over"),
    "take_back": _("Taken back"),
    "ask_again": _("To be asked again"),
    "undecide": _("Decision of the analysis meeting taken back"),
}


def add(*moves):
    for move in moves:
        MOVES[move.code] = move
        DONE[move.code] = move.done
        events.describe({f"matter.{move.code}": move.done})
        if move.expected:
            EXPECTED[move.code] = move.expected
