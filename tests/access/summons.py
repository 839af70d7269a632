"""Summons: 石桥镇 calls the bureaus of water and roads; the desk decides whose task it is."""

from neighbours.actions import summons as actions
from tests.day import now, today
from tests.neighbours import calling

A, R, N, X, V = 200, 302, 403, 404, 422

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


def _only(who, status):
    """A row: let in with this status, the other readers refused, the rest not found."""
    return (who, status, X, dict.fromkeys(READING - who, N))


PAGES = {
    ("get", "neighbours:summons"): (BUSINESS, A),
    ("post", "neighbours:export_summons"): (EXPORTING, R),
    ("get", "neighbours:call_organs"): (CALLING, A),
    ("post", "neighbours:call_organs"): (CALLING, V),
    ("get", "neighbours:note_emergency"): (CALLING, A),
    ("post", "neighbours:note_emergency"): (CALLING, V),
    ("get", "neighbours:one_summons"): (READING, A, X, {}),
    ("get", "neighbours:summons_of_matter"): (READING_MATTER, A, X, {}),
    ("get", "neighbours:note_attendance"): _only(HOST, A),
    ("post", "neighbours:note_attendance"): _only(HOST, R),
    ("get", "neighbours:conclude_summons"): _only(HOST, A),
    ("post", "neighbours:conclude_summons"): _only(HOST, V),
    ("get", "neighbours:cancel_summons"): _only(HOST, A),
    ("post", "neighbours:cancel_summons"): _only(HOST, V),
    ("get", "neighbours:take_back_summons_step"): _only(HOST, A),
    ("post", "neighbours:take_back_summons_step"): _only(HOST, V),
    # The bureau of water answers only for itself.
    ("get", "neighbours:answer_summons"): _only(HANDLER, A),
    ("post", "neighbours:answer_summons"): _only(HANDLER, V),
    ("get", "neighbours:say_not_ours"): _only(HANDLER, A),
    ("post", "neighbours:say_not_ours"): _only(HANDLER, V),
    ("get", "neighbours:decide_whose"): _only(DESK, A),
    ("post", "neighbours:decide_whose"): _only(DESK, V),
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
