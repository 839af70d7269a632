"""Questionnaires of 县农业农村局 in the states that their pages need. The liaison of the organ
writes them, the office of the county reviews them; 王建国 of the organ sees the one under trial."""

from datetime import timedelta

from django.utils import timezone

from research.actions import questionnaires as actions
from tests.research.questionnaires import FORM, given_out, made, uploaded

LEADS = frozenset({"liaison", "office"})
LISTS = frozenset({"liaison", "office", "neighbour_liaison", "neighbour_office"})
# Users whose roles read this organ's research.
READERS = LEADS | {"supervisor"}
TRIERS = READERS | {"author"}
NOT_LEADING = dict.fromkeys(READERS - LEADS, 403)
PEOPLE = frozenset(
    {
        *("author", "liaison", "host", "desk", "handler", "office", "supervisor", "leader"),
        *("neighbour_cadre", "neighbour_host", "neighbour_handler", "neighbour_liaison"),
        "neighbour_office",
    }
)
OFFICE = frozenset({"office"})
# The liaison wrote it, so somebody else reviews it.
NOT_REVIEWING = {"liaison": 403, "supervisor": 403}

PAGES = {
    ("get", "research:questionnaires"): (PEOPLE, 200),
    ("get", "research:new_questionnaire"): (LISTS, 200),
    ("post", "research:new_questionnaire"): (LISTS, 422),
    ("get", "research:questionnaire_template"): (LISTS, 200),
    ("get", "research:questionnaire"): (TRIERS, 200, 404, {}),
    ("get", "research:questionnaire_print"): (TRIERS, 200, 404, {}),
    ("get", "research:questionnaire_differences"): (TRIERS, 200, 404, {}),
    ("get", "research:questionnaire_workbook"): (TRIERS, 200, 404, {}),
    ("get", "research:questionnaire_definition"): (TRIERS, 200, 404, {}),
    ("get", "research:try_questionnaire"): (TRIERS, 200, 404, {}),
    ("post", "research:try_questionnaire"): (TRIERS, 200, 404, {}),
    ("post", "research:tried_questionnaire"): (TRIERS, 302, 404, {}),
    ("get", "research:change_questionnaire"): (LEADS, 200, 404, NOT_LEADING | {"author": 403}),
    ("post", "research:change_questionnaire"): (LEADS, 422, 404, NOT_LEADING | {"author": 403}),
    ("get", "research:upload_questionnaire"): (LEADS, 200, 404, NOT_LEADING | {"author": 403}),
    ("post", "research:upload_questionnaire"): (LEADS, 422, 404, NOT_LEADING | {"author": 403}),
    ("post", "research:give_out_questionnaire"): (LEADS, 302, 404, NOT_LEADING),
    ("get", "research:submit_questionnaire"): (LEADS, 200, 404, NOT_LEADING | {"author": 403}),
    ("post", "research:submit_questionnaire"): (LEADS, 422, 404, NOT_LEADING | {"author": 403}),
    ("get", "research:review_questionnaire"): (OFFICE, 200, 404, NOT_REVIEWING),
    ("post", "research:review_questionnaire"): (OFFICE, 422, 404, NOT_REVIEWING),
    ("get", "research:send_back_questionnaire"): (OFFICE, 200, 404, NOT_REVIEWING),
    ("post", "research:send_back_questionnaire"): (OFFICE, 422, 404, NOT_REVIEWING),
    ("post", "research:review_questionnaire_version"): (OFFICE, 302, 404, NOT_REVIEWING),
    ("get", "research:drop_questionnaire"): (LEADS, 200, 404, NOT_LEADING | {"author": 403}),
    ("post", "research:drop_questionnaire"): (LEADS, 422, 404, NOT_LEADING | {"author": 403}),
    ("get", "research:take_back_questionnaire_step"): (
        *(LEADS, 200, 404),
        NOT_LEADING | {"author": 403},
    ),
    ("post", "research:take_back_questionnaire_step"): (
        *(LEADS, 422, 404),
        NOT_LEADING | {"author": 403},
    ),
}


def records(people):
    now = timezone.now()
    until = timezone.localdate() + timedelta(days=90)
    tried = given_out(people, title="试填问卷")
    designed = made(people, title="设计问卷", upload=uploaded(FORM))
    handed_in = given_out(people, title="待审问卷")
    actions.submit(questionnaire=handed_in, by=people.liaison, at=now, reason="先行审核")
    later = given_out(people, title="后续问卷")
    actions.submit(questionnaire=later, by=people.liaison, at=now, reason="先行审核")
    actions.review(questionnaire=later, by=people.office, at=now, number="7", valid_until=until)
    type(later).objects.filter(pk=later.pk).update(state="running")
    actions.add_version(
        questionnaire=later, upload=uploaded([*FORM, ["text", "b", "B"]]), by=people.liaison, at=now
    )
    of_tried = (
        "questionnaire",
        "questionnaire_print",
        "try_questionnaire",
        "tried_questionnaire",
        "change_questionnaire",
        "upload_questionnaire",
        "submit_questionnaire",
        "drop_questionnaire",
        "take_back_questionnaire_step",
    )
    return dict.fromkeys(of_tried, [tried.pk]) | {
        "questionnaire_differences": [tried.pk, 1],
        "questionnaire_workbook": [tried.pk, 1],
        "questionnaire_definition": [tried.newest.pk],
        "give_out_questionnaire": [designed.pk],
        "review_questionnaire": [handed_in.pk],
        "send_back_questionnaire": [handed_in.pk],
        "review_questionnaire_version": [later.pk],
    }
