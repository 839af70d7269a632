"""Schemes, cycles and the appraised."""

from datetime import date

from django.utils import timezone

from evaluation.actions import cycles
from tests.access.rows import A, R, V, X, only, others
from tests.evaluation.cast import collecting, draft, opened, published, stay

# The account of the other office belongs to an organ that its role does not reach.
OFFICE = {"office"}
# Everybody who works with people may read the scheme by which they are judged.
READERS = {
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
# The county's office and supervisor, the appraised, and those who speak for them.
CONCERNED = {"author", "liaison", "host", "office", "supervisor"}
# Users with a list of the appraised; supervisors and the appraised are refused.
LISTED = {"liaison", "host", "office"}


# Takes ballots, so sees a cycle from the start of collecting.
DESK = {"desk"}

PAGES = {
    ("get", "evaluation:schemes"): (READERS, A),
    ("get", "evaluation:new_scheme"): (OFFICE, A),
    ("post", "evaluation:new_scheme"): (OFFICE, V),
    ("get", "evaluation:scheme"): (READERS, A, X, {}),
    ("get", "evaluation:print_scheme"): (READERS, A, X, {}),
    # A draft is visible only to its keeper.
    ("get", "evaluation:edit_scheme"): ({"office"}, A, X, {}),
    ("post", "evaluation:edit_scheme"): ({"office"}, V, X, {}),
    ("get", "evaluation:scheme_indicators"): ({"office"}, A, X, {}),
    ("get", "evaluation:scheme_gates"): ({"office"}, A, X, {}),
    ("get", "evaluation:publish_scheme"): ({"office"}, A, X, {}),
    ("post", "evaluation:publish_scheme"): ({"office"}, V, X, {}),
    ("post", "evaluation:begin_scheme_version"): only(OFFICE, R, READERS),
    ("get", "evaluation:withdraw_scheme"): only(OFFICE, A, READERS),
    ("post", "evaluation:drop_scheme"): ({"office"}, R, X, {}),
    ("get", "evaluation:cycles"): (READERS, A),
    ("get", "evaluation:open_cycle"): (OFFICE, A),
    ("post", "evaluation:open_cycle"): (OFFICE, V),
    ("get", "evaluation:my_appraisals"): (READERS, A),
    ("get", "evaluation:cycle"): (CONCERNED, A, X, {}),
    ("get", "evaluation:edit_cycle"): only(OFFICE, A, CONCERNED),
    ("post", "evaluation:edit_cycle"): only(OFFICE, V, CONCERNED),
    ("post", "evaluation:gather_appraised"): only(OFFICE, R, CONCERNED),
    ("get", "evaluation:start_collecting"): only(OFFICE, A, CONCERNED),
    ("get", "evaluation:close_collecting"): only(OFFICE, A, CONCERNED | DESK),
    ("post", "evaluation:close_collecting"): only(OFFICE, V, CONCERNED | DESK),
    ("get", "evaluation:publish_scores"): only(OFFICE, A, CONCERNED | DESK),
    ("post", "evaluation:publish_scores"): only(OFFICE, V, CONCERNED | DESK),
    # Still in its objection period, so refused to everybody who sees it.
    ("get", "evaluation:finish_cycle"): (set(), A, X, others(CONCERNED | DESK)),
    ("get", "evaluation:cancel_cycle"): only(OFFICE, A, CONCERNED),
    ("post", "evaluation:cancel_cycle"): only(OFFICE, V, CONCERNED),
    ("get", "evaluation:appraised_list"): (LISTED, A, X, others({"author", "supervisor"})),
    ("get", "evaluation:appraised"): (CONCERNED - {"supervisor"}, A, X, {}),
    ("get", "evaluation:leave_out"): only(OFFICE, A, CONCERNED - {"supervisor"}),
    ("post", "evaluation:leave_out"): only(OFFICE, V, CONCERNED - {"supervisor"}),
    ("post", "evaluation:take_in_again"): only(OFFICE, R, CONCERNED - {"supervisor"}),
}


def records(people):
    """王建国 stays at 柳湾村 and is appraised in a cycle of each state that a page needs."""
    collected = collecting(people)
    scheme = collected.schemes.get()
    out = cycles.leave_out(collected.appraised.get(), by=people.office, reason="调离")
    stay(people, people.cadre2)
    gathered = [opened(people, scheme, ballots_until=date(2099, 1, 1)) for _n in range(2)]
    for cycle in gathered:
        cycles.gather(cycle, by=people.office, at=timezone.now())
    checked = cycles.start_collecting(gathered[1], by=people.office, at=timezone.now())
    cycles.close_collecting(checked, by=people.office, close_open=True, at=timezone.now())
    cycles.note_computed(checked, at=timezone.now())
    out2 = gathered[0].appraised.get(cadre=people.cadre)
    drafts = [draft(people, title=f"草稿{n}") for n in range(2)]
    return {
        **dict.fromkeys(
            ("scheme", "print_scheme", "withdraw_scheme", "begin_scheme_version"), [scheme.pk]
        ),
        **dict.fromkeys(
            ("edit_scheme", "scheme_indicators", "scheme_gates", "publish_scheme"), [drafts[0].pk]
        ),
        "drop_scheme": [drafts[1].pk],
        **dict.fromkeys(
            (
                "cycle",
                "edit_cycle",
                "gather_appraised",
                "start_collecting",
                "cancel_cycle",
                "appraised_list",
            ),
            [gathered[0].pk],
        ),
        "close_collecting": [collected.pk],
        "publish_scores": [checked.pk],
        "finish_cycle": [_objected(people).pk],
        **dict.fromkeys(("appraised", "leave_out"), [out2.pk]),
        "take_in_again": [out.pk],
    }


def _objected(people):
    cycle = opened(people, published(people, title="公示中"))
    cycles.gather(cycle, by=people.office, at=timezone.now())
    cycles.start_collecting(cycle, by=people.office, at=timezone.now())
    cycles.close_collecting(cycle, by=people.office, close_open=True, at=timezone.now())
    cycles.note_computed(cycle, at=timezone.now())
    return cycles.publish_scores(
        cycle, by=people.office, on=timezone.localdate(), at=timezone.now()
    )
