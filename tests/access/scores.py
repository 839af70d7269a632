"""Scores of 王建国 in two published cycles of the county, one with an open objection."""

from django.utils import timezone

from evaluation.actions import appeals
from tests.access.rows import A, N, R, V, X, only, others
from tests.day import in_days
from tests.evaluation.scored import appraised, ballots, computed, cycle, poll, scheme

READING = {"author", "office"}
# Users besides the office who see the cycle: its supervisor, the appraised, those who speak for an
# organ there, and the desk, which takes ballots.
AROUND = {"author", "liaison", "host", "desk", "supervisor"}
WORKING = {
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
OFFICE = {"office"}


PAGES = {
    ("get", "evaluation:score"): (READING, A, X, {}),
    ("get", "evaluation:print_score"): (READING, A, X, {}),
    ("get", "evaluation:score_records"): (READING, A, X, {}),
    ("get", "evaluation:decide_changes"): (OFFICE, A, X, {"author": N}),
    ("post", "evaluation:decide_changes"): (OFFICE, V, X, {"author": N}),
    ("get", "evaluation:computations"): (OFFICE, A, X, others(AROUND)),
    ("post", "evaluation:compute_scores"): (OFFICE, R, X, others(AROUND)),
    ("post", "evaluation:export_scores"): (OFFICE, R, X, others(AROUND)),
    ("post", "evaluation:export_evidence"): (OFFICE, R, X, others(AROUND)),
    ("get", "evaluation:evidence_changes"): (OFFICE, A, X, others(AROUND)),
    ("post", "evaluation:look_for_changes"): (OFFICE, R, X, others(AROUND)),
    # All who work with people may read a published scheme; only its keeper may preview it.
    ("get", "evaluation:scheme_preview"): only(OFFICE, A, WORKING),
    ("post", "evaluation:start_preview"): only(OFFICE, R, WORKING),
    ("get", "evaluation:appeals"): (WORKING, A),
    ("get", "evaluation:appeal"): (READING, A, X, {}),
    ("get", "evaluation:file_appeal"): ({"author"}, A, X, {"office": N}),
    ("post", "evaluation:file_appeal"): ({"author"}, V, X, {"office": N}),
    ("get", "evaluation:decide_appeal"): (OFFICE, A, X, {"author": N}),
    ("post", "evaluation:decide_appeal"): (OFFICE, V, X, {"author": N}),
    ("post", "evaluation:withdraw_appeal"): ({"author"}, R, X, {"office": N}),
}


def records(people):
    one_scheme = scheme(people, gates=[("findings", 0)])
    named = []
    for title in ("2025年度考核", "2026年度考核"):
        one_cycle = cycle(
            people, one_scheme, state="objection", title=title, starts_on=in_days(-100)
        )
        one = appraised(people, one_cycle, one_scheme)
        ballots(poll(people, one_cycle, one), one, *[1] * 16)
        computed(one_cycle, people.office)
        named.append(one)
    first, second = named
    first.evidence.update(missed=[5])
    appeal = appeals.file_appeal(
        appraised=second, by=people.author, at=timezone.now(), text="漏计一项"
    )
    of_one = ["score", "print_score", "decide_changes", "file_appeal"]
    of_cycle = [
        "computations",
        "compute_scores",
        "export_scores",
        "export_evidence",
        "evidence_changes",
        "look_for_changes",
    ]
    return {
        **dict.fromkeys(of_one, [first.pk]),
        "score_records": [first.pk, "findings"],
        **dict.fromkeys(of_cycle, [first.cycle_id]),
        **dict.fromkeys(["scheme_preview", "start_preview"], [one_scheme.pk]),
        **dict.fromkeys(["appeal", "decide_appeal", "withdraw_appeal"], [appeal.pk]),
    }
