"""Contact points of leaders, and prominent problems."""

from django.utils import timezone

from pairing.actions import leading, problems
from tests.access.rows import A, R, V, X, only, others

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
ARRANGING = {"office", "neighbour_office"}
LIFTING = {"desk", "office", "neighbour_office"}
# 王建国 of the bureau of agriculture goes to 柳湾村.
READING = {"author", "liaison", "host", "desk", "office", "supervisor"}
# A matter of 柳湾村, led by 王建国, with the bureau of water as lead organ.
CONCERNED = {"author", "host", "desk", "handler", "office", "supervisor"}
# Users who read that matter in their own scope, and may see whether it became a problem.
READING_MATTER = {"author", "liaison", "host", "desk", "office", "supervisor"}


PAGES = {
    ("get", "pairing:contact_points"): (BUSINESS, A),
    ("get", "pairing:contact_points_print"): (BUSINESS, A),
    ("post", "pairing:export_contact_points"): (EXPORTING, R),
    ("get", "pairing:new_contact_point"): (ARRANGING, A),
    ("post", "pairing:new_contact_point"): (ARRANGING, V),
    ("get", "pairing:take_over_contact_points"): (ARRANGING, A),
    ("get", "pairing:contact_point"): (READING, A, X, {}),
    ("get", "pairing:edit_contact_point"): only({"office"}, A, READING),
    ("post", "pairing:edit_contact_point"): only({"office"}, V, READING),
    ("get", "pairing:end_contact_point"): only({"office"}, A, READING),
    ("post", "pairing:end_contact_point"): only({"office"}, V, READING),
    ("get", "pairing:problems"): (BUSINESS, A),
    ("post", "pairing:export_problems"): (EXPORTING, R),
    ("get", "pairing:lift_problem"): (LIFTING, A),
    ("post", "pairing:lift_problem"): (LIFTING, V),
    ("get", "pairing:problems_of_matter"): (READING_MATTER, A, X, {}),
    ("get", "pairing:problem"): (CONCERNED, A, X, {}),
    ("get", "pairing:problem_print"): (CONCERNED, A, X, {}),
    ("get", "pairing:note_problem"): (
        {"author", "desk", "office"},
        A,
        X,
        others({"host", "handler", "supervisor"}),
    ),
    ("post", "pairing:note_problem"): (
        {"author", "desk", "office"},
        V,
        X,
        others({"host", "handler", "supervisor"}),
    ),
    ("get", "pairing:change_problem_official"): only({"desk", "office"}, A, CONCERNED),
    ("get", "pairing:add_problem_matters"): only({"desk", "office"}, A, CONCERNED),
    # Refused, since its matter is still open.
    ("get", "pairing:solve_problem"): (set(), A, X, others(CONCERNED)),
    ("get", "pairing:hand_back_problem"): only({"desk", "office"}, A, CONCERNED),
    ("post", "pairing:hand_back_problem"): only({"desk", "office"}, V, CONCERNED),
}


def records(people):
    now = timezone.now()
    point = leading.arrange_point(
        leader=people.cadre,
        unit=people.village,
        year=timezone.localdate().year,
        by=people.office,
        at=now,
        planned_visits=4,
        focus="灌溉",
    )
    matter = people.matter(title="东支渠淤堵", raiser_name="", raiser_phone="")
    problem = problems.lift_problem(
        matters=[matter],
        title="东支渠多年失修",
        why="涉及三个村",
        official=people.cadre,
        organ=people.water,
        review_days=30,
        by=people.desk,
        at=now,
    )
    return {
        **dict.fromkeys(["contact_point", "edit_contact_point", "end_contact_point"], [point.pk]),
        **dict.fromkeys(
            [
                "problem",
                "problem_print",
                "note_problem",
                "change_problem_official",
                "add_problem_matters",
                "solve_problem",
                "hand_back_problem",
            ],
            [problem.pk],
        ),
        "problems_of_matter": [matter.pk],
    }
