"""Summons: 石桥镇 calls the bureaus of water and roads; the desk decides whose task it is."""

from neighbours.actions import summons as actions
from tests.access.rows import A, R, V, X, only
from tests.day import now, today
from tests.neighbours import calling

BUSINESS = {
    "leader",
    "author",
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    "neighbour_cadre",
    "neighbour_host",
    "neighbour_handler",
    "neighbour_liaison",
    "neighbour_office",
}
EXPORTING = BUSINESS - {"author", "leader", "neighbour_cadre"}
HOST, DESK, HANDLER = {"host"}, {"desk"}, {"handler"}
CALLING = HOST | {"neighbour_host"}
READING = HOST | DESK | HANDLER | {"office", "supervisor"}
# Users who read a matter of 柳湾村 in their own scope.
READING_MATTER = {"author", "liaison", "host", "desk", "office", "supervisor"}


PAGES = {
    ("get", "neighbours:summons"): (BUSINESS, A),
    ("post", "neighbours:export_summons"): (EXPORTING, R),
    ("get", "neighbours:call_organs"): (CALLING, A),
    ("post", "neighbours:call_organs"): (CALLING, V),
    ("get", "neighbours:note_emergency"): (CALLING, A),
    ("post", "neighbours:note_emergency"): (CALLING, V),
    ("get", "neighbours:one_summons"): (READING, A, X, {}),
    ("get", "neighbours:summons_of_matter"): (READING_MATTER, A, X, {}),
    ("get", "neighbours:note_attendance"): only(HOST, A, READING),
    ("post", "neighbours:note_attendance"): only(HOST, R, READING),
    ("get", "neighbours:conclude_summons"): only(HOST, A, READING),
    ("post", "neighbours:conclude_summons"): only(HOST, V, READING),
    ("get", "neighbours:cancel_summons"): only(HOST, A, READING),
    ("post", "neighbours:cancel_summons"): only(HOST, V, READING),
    ("get", "neighbours:take_back_summons_step"): only(HOST, A, READING),
    ("post", "neighbours:take_back_summons_step"): only(HOST, V, READING),
    # The bureau of water answers only for itself.
    ("get", "neighbours:answer_summons"): only(HANDLER, A, READING),
    ("post", "neighbours:answer_summons"): only(HANDLER, V, READING),
    ("get", "neighbours:say_not_ours"): only(HANDLER, A, READING),
    ("post", "neighbours:say_not_ours"): only(HANDLER, V, READING),
    ("get", "neighbours:decide_whose"): only(DESK, A, READING),
    ("post", "neighbours:decide_whose"): only(DESK, V, READING),
}


def records(people):
    called = calling.called(people, meet_on=today())
    gathered = calling.gathered(people)
    water = calling.asked(called, people.water)
    disputed = calling.asked(calling.called(people), people.water)
    said = {"by": people.handler, "at": now(), "reason": "不属本局职责"}
    disputed = actions.say_not_ours(asked=disputed, **said)
    why = {"by": people.host, "at": now(), "reason": "改期另议"}
    cancelled = actions.cancel_summons(summons=calling.called(people), **why)
    of_summons = ["one_summons", "note_attendance", "cancel_summons"]
    return {
        **dict.fromkeys(of_summons, [called.pk]),
        "conclude_summons": [gathered.pk],
        **dict.fromkeys(["answer_summons", "say_not_ours"], [water.pk]),
        "decide_whose": [disputed.pk],
        "take_back_summons_step": [cancelled.pk],
        "summons_of_matter": [people.matter().pk],
    }
