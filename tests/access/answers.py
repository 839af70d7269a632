"""Answers of a questionnaire of 县农业农村局, its results, and a request for its rows."""

from django.utils import timezone

from research.actions import answers, results
from research.models import MicrodataRequest, SecondEntry
from research.models.answers import Channel
from tests.access.rows import A, N, R, V, X
from tests.research import answering

# Users who lead the questionnaire, and all who read it.
LEADING = {"liaison", "office"}
SEEING = LEADING | {"supervisor"}


def _row(let_in, status, *refused):
    """A row: users in `refused` get 403 with the reason, the rest 404."""
    return let_in, status, X, dict.fromkeys(refused, N)


PAGES = {
    ("get", "research:answers"): _row(SEEING, A),
    ("get", "research:open_questionnaire"): _row(LEADING, A, "supervisor"),
    ("post", "research:open_questionnaire"): _row(LEADING, V, "supervisor"),
    ("get", "research:print_answer_slips"): _row(LEADING, A, "supervisor"),
    ("post", "research:print_answer_slips"): _row(LEADING, V, "supervisor"),
    ("post", "research:void_answer_slips"): _row(LEADING, R, "supervisor"),
    ("get", "research:enter_paper"): _row(LEADING, A, "supervisor"),
    ("post", "research:enter_paper"): _row(LEADING, V, "supervisor"),
    ("get", "research:paper_answer"): _row(LEADING, A, "supervisor"),
    ("get", "research:type_second"): _row({"office"}, A, "liaison", "supervisor"),
    ("get", "research:settle_second"): _row(LEADING, A, "supervisor"),
    ("post", "research:settle_second"): _row(LEADING, V, "supervisor"),
    ("post", "research:close_questionnaire"): _row(LEADING, R, "supervisor"),
    # Refused while late answers are still accepted.
    ("post", "research:strip_answers"): _row(set(), R, *SEEING),
    ("get", "research:fieldwork"): (set(), A, A, {}),
    # 王建国 interviews there.
    ("get", "research:ask"): _row({"author"}, A),
    ("post", "research:ask"): _row({"author"}, A),
    ("get", "research:results"): _row(LEADING, A, "supervisor"),
    ("get", "research:cross_table"): _row(LEADING, A, "supervisor"),
    ("get", "research:answer_texts"): _row(LEADING, A, "supervisor"),
    ("post", "research:export_results"): _row(LEADING, R, "supervisor"),
    ("get", "research:use_results_internally"): _row(LEADING, A, "supervisor"),
    ("post", "research:use_results_internally"): _row(LEADING, V, "supervisor"),
    ("get", "research:publish_results"): _row(LEADING, A, "supervisor"),
    ("get", "research:ask_for_microdata"): _row(SEEING, A),
    ("post", "research:ask_for_microdata"): _row(SEEING, V),
    ("get", "research:microdata"): _row({"liaison"}, A),
    # Nobody grants a request of their own.
    ("post", "research:grant_microdata"): _row(set(), R, "liaison"),
    ("get", "research:refuse_microdata"): _row(set(), A, "liaison"),
    ("post", "research:make_microdata"): _row({"liaison"}, R),
}


def records(people):
    drawn = answering.drawn_questionnaire(people, title="未开始")
    running = answering.opened(people, title="进行中")
    stripped = answering.stripped(people, answering.opened(people, title="已去标识"))
    internal = answering.stripped(people, answering.opened(people, title="内部参考"))
    results.use_internally(
        questionnaire=internal, decision="局党组会", by=people.liaison, at=timezone.now()
    )
    first, typed, other, *_rest = answering.units(running)
    seconds = []
    for one in (typed, other):
        given = answering.answer(people, one, channel=Channel.PAPER)
        seconds.append(SecondEntry.objects.get_or_create(answer=given)[0])
    answers.type_second(
        second=seconds[1], answers={"satisfied": "no"}, by=people.office, at=timezone.now()
    )
    now = timezone.now()
    asked, granted = (
        MicrodataRequest.objects.create(
            questionnaire=internal, asked_by=people.liaison, asked_at=now, purpose="研究", **said
        )
        for said in ({}, {"granted": True, "decided_by": people.office, "decided_at": now})
    )
    of_running = (
        "answers",
        "print_answer_slips",
        "void_answer_slips",
        "enter_paper",
        "close_questionnaire",
        "strip_answers",
    )
    of_stripped = (
        "results",
        "cross_table",
        "answer_texts",
        "export_results",
        "use_results_internally",
        "publish_results",
    )
    return {
        "open_questionnaire": [drawn.pk],
        **dict.fromkeys(of_running, [running.pk]),
        **dict.fromkeys(of_stripped, [stripped.pk]),
        "ask": [first.pk],
        "paper_answer": [first.pk],
        "type_second": [seconds[0].pk],
        "settle_second": [seconds[1].pk],
        "ask_for_microdata": [internal.pk],
        **dict.fromkeys(("microdata", "grant_microdata", "refuse_microdata"), [asked.pk]),
        "make_microdata": [granted.pk],
    }
