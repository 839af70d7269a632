"""The table of moves: every way in which a matter goes from one state to another.

Whose move it is and why it may be refused stands in rules.py, what it does in actions/matters.py,
what is asked in forms.py; all three use these codes. Urging, notes and orders leave the state as
it is.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from outreach.models.matters import Status

S = Status
UNDER_WAY = frozenset(
    {S.REGISTERED, S.ESCALATED, S.ASSIGNED, S.IN_PROGRESS, S.SUSPENDED, S.REPORTED}
)


@dataclass(frozen=True)
class Move:
    code: str
    label: str
    # States in which the move is possible at all.
    possible_in: frozenset
    # The state it leads to; None when it stays or depends on what is said.
    leads_to: str | None = None
    # Why it cannot be done yet or any more, and in which states that is worth a dashed button.
    otherwise: str = ""
    otherwise_in: frozenset = frozenset()
    # The one thing that its reader is expected to do now.
    primary: bool = False


def _table(*moves):
    return {move.code: move for move in moves}


MOVES = _table(
    Move("take_up", _("Take up and handle here"), frozenset({S.REGISTERED}), S.IN_PROGRESS,
         primary=True),
    Move("pass_up", _("Pass up to the county"), frozenset({S.REGISTERED, S.IN_PROGRESS}),
         S.ESCALATED),
    Move("assign", _("Assign"), frozenset({S.REGISTERED, S.ESCALATED}), S.ASSIGNED,
         _("Already assigned. It can be assigned again after the organ returns it."),
         frozenset({S.ASSIGNED, S.IN_PROGRESS}), primary=True),
    Move("sign", _("Sign for it"), frozenset({S.ASSIGNED, S.IN_PROGRESS}), S.IN_PROGRESS,
         primary=True),
    Move("return", _("Return it"), frozenset({S.ASSIGNED}), S.ESCALATED,
         _("Only a matter that is not signed for can be returned."), frozenset({S.IN_PROGRESS})),
    Move("transfer", _("Hand on within the organ"), frozenset({S.IN_PROGRESS})),
    Move("note", _("Note progress"), frozenset({S.IN_PROGRESS, S.SUSPENDED})),
    Move("mediate", _("Note the mediation"), frozenset({S.IN_PROGRESS})),
    Move("report", _("Report the result"), frozenset({S.IN_PROGRESS}), S.REPORTED,
         _("Sign for the matter first."), frozenset({S.ASSIGNED}), primary=True),
    Move("answer_for", _("Enter the organ's answer"), frozenset({S.ASSIGNED, S.IN_PROGRESS}),
         S.REPORTED),
    Move("pass_review", _("Pass the review"), frozenset({S.REPORTED}), S.AWAITING_WORD,
         _("There is no result to review yet."), frozenset({S.ASSIGNED, S.IN_PROGRESS}),
         primary=True),
    Move("send_back", _("Send back"), frozenset({S.REPORTED}), S.IN_PROGRESS),
    Move("ask_extension", _("Ask for more time"), frozenset({S.IN_PROGRESS})),
    Move("ask_explained", _("Explain that it cannot be done"), frozenset({S.IN_PROGRESS}),
         S.PROPOSED),
    Move("ask_suspended", _("Ask to suspend"), frozenset({S.IN_PROGRESS}), S.PROPOSED),
    Move("ask_referred", _("Refer to a statutory channel"),
         frozenset({S.REGISTERED, S.ESCALATED, S.ASSIGNED, S.IN_PROGRESS}), S.PROPOSED),
    Move("ask_merged", _("Merge into another matter"),
         frozenset({S.REGISTERED, S.ESCALATED, S.IN_PROGRESS}), S.PROPOSED),
    Move("ask_withdrawn", _("The raiser withdraws it"), UNDER_WAY - {S.REPORTED}, S.PROPOSED),
    Move("confirm", _("Confirm"), frozenset({S.PROPOSED, S.IN_PROGRESS}), primary=True),
    Move("refuse", _("Refuse"), frozenset({S.PROPOSED, S.IN_PROGRESS})),
    Move("resume", _("Take up again"), frozenset({S.SUSPENDED}), S.IN_PROGRESS, primary=True),
    Move("urge", _("Urge"), UNDER_WAY),
    Move("order", _("Write an instruction"), UNDER_WAY | {S.TWICE_UNSATISFIED}),
    Move("answer_order", _("Answer the instruction"), frozenset(S)),
    Move("settle_order", _("Accept the answer"), frozenset(S)),
    Move("review_unsatisfied", _("Write the review"), frozenset({S.TWICE_UNSATISFIED}),
         primary=True),
    Move("handle_again", _("Have it handled again"), frozenset({S.TWICE_UNSATISFIED}),
         S.IN_PROGRESS),
    Move("close_unsatisfied", _("Close as “remains unsatisfied”"),
         frozenset({S.TWICE_UNSATISFIED}), S.CLOSED),
)  # fmt: skip

# Steps that carry what the people said.
WORD_MOVES = frozenset({"word", "close", "reopen"})

# What stands in the history for each move, in the office's own words.
DONE = {
    "register": _("Registered"),
    "settle_on_spot": _("Registered as settled on the spot"),
    "take_up": _("Taken up"),
    "pass_up": _("Passed up to the county"),
    "assign": _("Assigned"),
    "lead": _("Lead official named"),
    "sign": _("Signed for"),
    "return": _("Returned"),
    "transfer": _("Handed on within the organ"),
    "note": _("Progress"),
    "mediate": _("Mediation"),
    "report": _("Result reported"),
    "answer_for": _("Answer entered for the organ"),
    "pass_review": _("Review passed"),
    "send_back": _("Sent back by the review"),
    "ask_extension": _("More time asked for"),
    "ask_explained": _("Proposed: explained, cannot be done"),
    "ask_suspended": _("Proposed: suspend"),
    "ask_referred": _("Proposed: refer to a statutory channel"),
    "ask_merged": _("Proposed: merge"),
    "ask_withdrawn": _("Proposed: withdrawn by the raiser"),
    "confirm": _("Confirmed"),
    "refuse": _("Refused"),
    "resume": _("Taken up again"),
    "urge": _("Urged"),
    "order": _("Instruction"),
    "answer_order": _("Instruction answered"),
    "settle_order": _("Answer accepted"),
    "decide": _("Decided by the analysis meeting"),
    "arrange_call": _("Call-back arranged"),
    "try": _("Called, nobody reached"),
    "word": _("The people's word"),
    "reopen": _("Not satisfied, reopened"),
    "review_unsatisfied": _("Review after the second “not satisfied”"),
    "handle_again": _("To be handled again"),
    "close": _("Closed"),
    "close_unsatisfied": _("Closed as “remains unsatisfied”"),
    "hand_over": _("Handed over"),
}
