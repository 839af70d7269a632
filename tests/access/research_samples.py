"""Samples and the units drawn."""

from django.utils import timezone

from research.actions import samples as actions
from tests.access.rows import A, N, R, V, X
from tests.research.samples import (
    drawn_sample,
    frozen_sample,
    prepared,
    questionnaire_of,
    running,
    villages,
)

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
# Samples of 县农业农村局, not visible to the hosts of the villages.
READING = {"liaison", "office", "supervisor"}
LEADING = {"liaison", "office"}
REFUSED = {"supervisor": N}

PAGES = {
    ("get", "research:samples"): (BUSINESS, A),
    ("get", "research:drawn_units"): (BUSINESS, A),
    ("get", "research:redraw_lines"): (BUSINESS, A),
    # Not found: this address names no questionnaire.
    ("get", "research:new_sample"): (set(), A, X, {}),
    ("get", "research:sample"): (READING, A, X, {}),
    ("get", "research:sample_frame"): (READING, A, X, {}),
    ("get", "research:sample_plan"): (READING, A, X, {}),
    ("get", "research:sample_result"): (READING, A, X, {}),
    ("get", "research:confirmation"): (READING, A, X, {}),
    ("get", "research:change_sample"): (LEADING, A, X, REFUSED),
    ("post", "research:change_sample"): (LEADING, V, X, REFUSED),
    ("post", "research:freeze_sample"): (LEADING, R, X, REFUSED),
    ("get", "research:enter_seed"): (LEADING, A, X, REFUSED),
    ("post", "research:enter_seed"): (LEADING, V, X, REFUSED),
    # Refused, since no drawing was interrupted.
    ("post", "research:draw_again"): (set(), R, X, dict.fromkeys(READING, N)),
    ("get", "research:assign_asker"): (LEADING, A, X, REFUSED),
    ("post", "research:assign_asker"): (LEADING, V, X, REFUSED),
    ("get", "research:release_reserve"): (LEADING, A, X, REFUSED),
    ("post", "research:release_reserve"): (LEADING, V, X, REFUSED),
    ("get", "research:give_up_sample"): (LEADING, A, X, REFUSED),
    ("post", "research:give_up_sample"): (LEADING, V, X, REFUSED),
    ("post", "research:export_responses"): (READING, R, X, {}),
    # 赵敏 interviews there; the neighbour in the same role does not see it.
    ("get", "research:drawn_unit"): (READING, A, X, {}),
    ("get", "research:note_try"): (LEADING, A, X, REFUSED),
    ("post", "research:note_try"): (LEADING, V, X, REFUSED),
    ("get", "research:note_disposition"): (LEADING, A, X, REFUSED),
    ("post", "research:note_disposition"): (LEADING, V, X, REFUSED),
    ("get", "research:assign_one"): (LEADING, A, X, REFUSED),
    ("post", "research:assign_one"): (LEADING, V, X, REFUSED),
}


def records(people):
    villages(people)
    draft = prepared(people)
    frozen = frozen_sample(people, of=questionnaire_of(people, number="2"))
    questionnaire = questionnaire_of(people, number="3")
    plan = {"reserve_size": 1, "reserve_batches": 1}
    drawn = running(drawn_sample(people, of=questionnaire, **plan))
    asking = {"by": people.liaison, "at": timezone.now()}
    actions.assign_asker(sample=drawn, cadre=people.cadre2, stratum="青山乡", **asking)
    lost, asked = drawn.drawn.filter(asked_by=people.cadre2).order_by("position")[:2]
    actions.dispose(lost, "refused", **asking)
    of_drawn = ("sample", "sample_frame", "sample_plan", "sample_result", "confirmation")
    of_drawn += ("assign_asker", "release_reserve", "export_responses", "draw_again")
    of_asked = ("drawn_unit", "note_try", "note_disposition", "assign_one")
    return {
        **dict.fromkeys(["change_sample", "freeze_sample", "give_up_sample"], [draft.pk]),
        "enter_seed": [frozen.pk],
        **dict.fromkeys(of_drawn, [drawn.pk]),
        **dict.fromkeys(of_asked, [asked.pk]),
    }
