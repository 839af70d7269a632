"""Words, links, paper and hints about 王建国 of 县农业农村局, who works in 柳湾村."""

from django.utils import timezone

from evaluation.actions import paper, paper_audits
from evaluation.models import Hint
from evaluation.models.paper import LINES
from tests.evaluation.collecting import appraised, closed, cycle, poll

KEEPING = {"office"}
COUNTING = {"desk", "office"}
OFFICES = {"office", "neighbour_office"}
PAPER = COUNTING | {"neighbour_office"}
SPEAKING = {
    "liaison",
    "host",
    "desk",
    "office",
    "neighbour_liaison",
    "neighbour_host",
    "neighbour_office",
}
# A neighbouring office: the right role, but sees none of this.
NOT_THERE = {"neighbour_office": 404}
# 周正 of the desk typed it first; the office sees it, but types neither a second time nor for the
# desk.
TYPING = {"office": 403}

PAGES = {
    ("get", "evaluation:words_to_give"): (SPEAKING, 200),
    ("post", "evaluation:words_to_give"): (SPEAKING, 302),
    ("post", "evaluation:words_together"): (SPEAKING, 302),
    ("get", "evaluation:words_of_appraised"): (KEEPING, 200, 404, {}),
    ("get", "evaluation:cycle_words"): (KEEPING | {"supervisor"}, 200, 403, NOT_THERE),
    ("get", "evaluation:unit_links"): (COUNTING, 200, 403, NOT_THERE),
    ("post", "evaluation:print_unit_links"): (COUNTING, 302, 403, NOT_THERE),
    ("post", "evaluation:revoke_unit_link"): (COUNTING, 302, 403, NOT_THERE),
    ("get", "evaluation:paper_polls"): (PAPER, 200),
    ("get", "evaluation:paper_of_poll"): (COUNTING, 200, 404, {}),
    ("get", "evaluation:begin_paper"): (COUNTING, 200, 404, {}),
    ("post", "evaluation:begin_paper"): (COUNTING, 422, 404, {}),
    ("post", "evaluation:begin_paper_audit"): (COUNTING, 302, 404, {}),
    # So few sheets that all are compared, which needs no seed.
    ("get", "evaluation:throw_for_paper_audit"): (set(), 200, 404, dict.fromkeys(COUNTING, 403)),
    ("post", "evaluation:throw_for_paper_audit"): (set(), 422, 404, dict.fromkeys(COUNTING, 403)),
    ("get", "evaluation:compare_drawn"): ({"office"}, 200, 404, {"desk": 403}),
    ("post", "evaluation:compare_drawn"): ({"office"}, 422, 404, {"desk": 403}),
    ("get", "evaluation:drawn_sheets_print"): ({"office"}, 200, 404, {"desk": 403}),
    ("get", "evaluation:drop_paper_audit"): (COUNTING, 200, 404, {}),
    ("post", "evaluation:drop_paper_audit"): (COUNTING, 422, 404, {}),
    ("get", "evaluation:count_meeting"): (COUNTING, 200, 404, {}),
    ("post", "evaluation:count_meeting"): (COUNTING, 422, 404, {}),
    ("get", "evaluation:paper_batch"): (COUNTING, 200, 404, {}),
    ("get", "evaluation:type_paper"): ({"desk"}, 200, 404, TYPING),
    ("post", "evaluation:type_paper"): ({"desk"}, 422, 404, TYPING),
    ("post", "evaluation:begin_second"): ({"office"}, 302, 404, {"desk": 403}),
    ("get", "evaluation:compare_paper"): ({"desk"}, 200, 404, TYPING),
    ("post", "evaluation:compare_paper"): ({"desk"}, 422, 404, TYPING),
    ("get", "evaluation:paper_remarks"): ({"desk"}, 200, 404, TYPING),
    ("post", "evaluation:paper_remarks"): ({"desk"}, 302, 404, TYPING),
    ("get", "evaluation:drop_paper"): (COUNTING, 200, 404, {}),
    ("post", "evaluation:drop_paper"): (COUNTING, 422, 404, {}),
    ("get", "evaluation:cycle_hints"): (KEEPING, 200, 403, NOT_THERE),
    ("get", "evaluation:review_hint"): (KEEPING, 200, 404, {}),
    ("post", "evaluation:review_hint"): (KEEPING, 422, 404, {}),
}


def records(people):
    now = timezone.now()
    running = cycle(people)
    person = appraised(people, running)
    asked = poll(people, running, [person])
    over = closed(people, cycle(people, title="上一轮"), [person])
    hint = Hint.objects.create(poll=over, kind="perfect", n=12, found_at=timezone.now())

    def heap(typings, on=asked, person=person, differs=1):
        batch = paper.begin_batch(poll=on, issued=2, sheets=1, by=people.desk, at=now)
        for n, by in enumerate([people.desk, people.desk2][:typings]):
            if n:
                paper.begin_second(batch=batch, by=by)
            keys = dict.fromkeys(LINES, 1 + differs * n)
            rows = {(1, person.pk): keys}
            batch = paper.type_sheets(batch=batch, rows=rows, by=by, at=now)
        return batch

    def typed_twice(title):
        one_cycle = cycle(people, title=title)
        one = appraised(people, one_cycle)
        found = poll(people, one_cycle, [one])
        heap(2, found, one, differs=0)
        return found

    being_typed, waiting, differing = heap(0), heap(1), heap(2)
    to_freeze, to_compare = typed_twice("待比对"), typed_twice("已冻结")
    paper_audits.begin_paper_audit(to_compare, by=people.desk, at=now)
    of_audit = ["throw_for_paper_audit", "compare_drawn", "drawn_sheets_print", "drop_paper_audit"]
    of_poll = ["paper_of_poll", "begin_paper"]
    of_batch = ["paper_batch", "type_paper", "paper_remarks", "drop_paper"]
    of_cycle = ["cycle_words", "unit_links", "print_unit_links", "cycle_hints"]
    return {
        "words_together": ["host"],
        "words_of_appraised": [person.pk],
        "revoke_unit_link": [running.pk, people.village.pk],
        "count_meeting": [asked.pk, person.pk],
        "begin_second": [waiting.pk],
        "compare_paper": [differing.pk],
        "review_hint": [hint.pk],
        "begin_paper_audit": [to_freeze.pk],
        **dict.fromkeys(of_audit, [to_compare.pk]),
        **dict.fromkeys(of_cycle, [running.pk]),
        **dict.fromkeys(of_poll, [asked.pk]),
        **dict.fromkeys(of_batch, [being_typed.pk]),
    }
