"""Polls of a cycle, and the ballots on one of the appraised."""

from evaluation.actions import polls
from tests.access.rows import A, R, V, X, others
from tests.evaluation import makers

# The program that checks published files contains no personal data.
EVERYBODY = {
    *("author", "liaison", "host", "desk", "handler", "office", "supervisor", "leader"),
    *("recipient", "system", "security", "auditor", "neighbour_cadre", "neighbour_host"),
    *("neighbour_handler", "neighbour_liaison", "neighbour_office"),
}
KEEPING = {"office", "neighbour_office"}
# The desk takes ballots in the county, the office keeps its evaluation.
SEEING = {"desk", "office"}
# Users who see the cycle because they are, speak for, or may read one of its appraised.
READING = {"author", "liaison", "host", "supervisor"}


PAGES = {
    ("get", "evaluation:polls"): (KEEPING | {"desk"}, A),
    ("get", "evaluation:poll"): (SEEING, A, X, {}),
    ("get", "evaluation:drawn_print"): (SEEING, A, X, {}),
    ("get", "evaluation:set_roster"): (set(), A, X, others(SEEING)),
    ("get", "evaluation:drawn_file"): (SEEING, A, X, {}),
    ("get", "evaluation:take_back_frame"): (set(), A, X, others(SEEING)),
    ("post", "evaluation:take_back_frame"): (set(), V, X, others(SEEING)),
    ("post", "evaluation:draw_voters"): (set(), R, X, others(SEEING)),
    ("get", "evaluation:draw_substitutes"): ({"office"}, A, X, others({"desk"})),
    ("post", "evaluation:draw_substitutes"): ({"office"}, V, X, others({"desk"})),
    ("post", "evaluation:open_poll"): (set(), R, X, others(SEEING)),
    ("get", "evaluation:issue_codes"): ({"office"}, A, X, others({"desk"})),
    ("post", "evaluation:issue_codes"): ({"office"}, V, X, others({"desk"})),
    ("post", "evaluation:void_codes"): ({"office"}, R, X, others({"desk"})),
    ("get", "evaluation:vote_by_phone"): (SEEING, A, X, {}),
    ("post", "evaluation:vote_by_phone"): (SEEING, V, X, {}),
    ("get", "evaluation:list_ballots"): ({"office"}, A, X, others({"desk"})),
    ("post", "evaluation:list_ballots"): ({"office"}, V, X, others({"desk"})),
    ("post", "evaluation:close_poll"): (set(), R, X, others(SEEING)),
    ("get", "evaluation:polls_of_cycle"): (SEEING, A, X, others(READING)),
    ("post", "evaluation:make_polls"): ({"office"}, R, X, others(READING | {"desk"})),
    ("get", "evaluation:frames_print"): (SEEING, A, X, others(READING)),
    ("post", "evaluation:freeze_frames"): (set(), R, X, others(READING | SEEING)),
    ("get", "evaluation:enter_seed"): (set(), A, X, others(READING | SEEING)),
    ("post", "evaluation:enter_seed"): (set(), V, X, others(READING | SEEING)),
    ("get", "evaluation:list_all_polls"): ({"office"}, A, X, others(READING | {"desk"})),
    ("post", "evaluation:list_all_polls"): ({"office"}, V, X, others(READING | {"desk"})),
    ("post", "evaluation:close_polls"): ({"office"}, R, X, others(READING | {"desk"})),
    ("get", "evaluation:ballots_of_appraised"): ({"office"}, A, X, {}),
    ("get", "evaluation:marks_file"): (set(), A, X, {}),
    ("get", "evaluation:recount_file"): (EVERYBODY, A),
}


def records(people):
    cycle = makers.cycle(people)
    one = makers.appraised(people, cycle, unit=people.village)
    polls.make_polls(cycle, by=people.office)
    poll = cycle.polls.get()
    polls.set_roster(poll, by=people.office, roster_size=90, served_wanted=1, roster_wanted=9)
    makers.draw_voters(cycle, by=people.office)
    polls.open_poll(poll, by=people.office)
    polls.issue_codes(poll, by=people.office, count=2)
    of_a_poll = (
        "poll",
        "drawn_print",
        "set_roster",
        "take_back_frame",
        "draw_voters",
        "draw_substitutes",
        "open_poll",
        "issue_codes",
        "void_codes",
        "vote_by_phone",
        "list_ballots",
        "close_poll",
    )
    of_a_cycle = (
        "polls_of_cycle",
        "frames_print",
        "make_polls",
        "freeze_frames",
        "enter_seed",
        "list_all_polls",
        "close_polls",
    )
    return {
        **dict.fromkeys(of_a_poll, [poll.pk]),
        **dict.fromkeys(of_a_cycle, [cycle.pk]),
        "ballots_of_appraised": [one.pk],
        "marks_file": [one.pk],
        "recount_file": [],
        "drawn_file": [poll.pk, "frame"],
    }
