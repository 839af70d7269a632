"""A questionnaire that uses everything in the subset, and random answers to it."""

import random

from tests.research.forms import workbook

VILLAGES = {"north": ["n1", "n2"], "south": ["s1", "s2", "s3"]}
NEEDS = ["water", "road", "school", "none"]


# A nested repeat, which takes the oracle minutes.
JOBS = [
    ["begin_repeat", "jobs", "Jobs", "${years} > 15"],
    ["integer", "hours", "Hours of ${name}, ${age}?", None, ". <= 24 - ${others}"],
    ["calculate", "others", None, None, None, None, "position(..) - 1 + position(../..)"],
    ["end_repeat"],
    ["calculate", "day", None, None, None, None, "sum(${hours})"],
]
ALL_JOBS = [
    ["calculate", "hours_of_all", None, None, None, None, "sum(${hours})"],
    ["calculate", "jobs_of_all", None, None, None, None, "count(${jobs})"],
]


def household_survey(path, nested=True):
    return workbook(
        path,
        survey=[
            [
                *("type", "name", "label", "relevant", "constraint", "required", "calculation"),
                *("choice_filter", "repeat_count", "parameters"),
            ],
            ["integer", "age", "Age", None, ". >= 18 and . <= 120", "yes"],
            ["date", "since", "Here since", None, ". <= today()", "${age} > 60"],
            ["select_one area", "area", "Area", None, None, "yes"],
            [
                "select_one village",
                "village",
                "Village",
                "${area} != ''",
                None,
                "yes",
                None,
                "area=${area}",
            ],
            [
                "select_multiple need",
                "needs",
                "Needs",
                None,
                "not(selected(., 'none') and count-selected(.) > 1)",
                "yes",
            ],
            [
                "text",
                "road_where",
                "Which road?",
                "selected(${needs}, 'road')",
                "string-length(.) >= 2",
            ],
            ["begin_group", "home", "Home", "${age} >= 20 or selected(${needs}, 'water')"],
            ["integer", "rooms", "Rooms", None, ". > 0 and . <= ${age}"],
            ["decimal", "land", "Land", "${rooms} > 2", ". < 100"],
            ["calculate", "per_room", None, None, None, None, "round(${land} div ${rooms}, 2)"],
            ["note", "thanks", "Thank you", "${per_room} > 5"],
            ["end_group"],
            ["begin_repeat", "members", "Members", "${land} = '' or ${rooms} > 1"],
            ["text", "name", "Name", None, "regex(., '^[a-z]{2,8}$')", "yes"],
            ["integer", "years", "Years", None, ". < 130"],
            ["select_one yn", "works", "Works?", "${years} >= 16"],
            [
                "text",
                "work",
                "What work?",
                "${works} = 'y' and ${area} = 'north'",
                None,
                "${years} > 30",
            ],
            ["calculate", "double", None, None, None, None, "${years} * 2"],
            *(JOBS if nested else ()),
            ["end_repeat"],
            *(ALL_JOBS if nested else ()),
            ["calculate", "heads", None, None, None, None, "count(${members})"],
            ["calculate", "total", None, None, None, None, "sum(${years})"],
            ["calculate", "oldest", None, None, None, None, "max(${years})"],
            ["calculate", "names", None, None, None, None, "join(' ', ${name})"],
            ["note", "old", "Somebody is old", "${years} > 80"],
            ["begin_repeat", "fields", "Fields", None, None, None, None, None, "${rooms}"],
            [
                "range",
                "good",
                "How good?",
                None,
                None,
                None,
                None,
                None,
                None,
                "start=0 end=10 step=2",
            ],
            ["end_repeat"],
            ["text", "last", "Anything else?", "${heads} > 0 and not(${total} > 100)"],
        ],
        choices=[
            ["list_name", "name", "label", "area"],
            *(["area", area, area.title()] for area in VILLAGES),
            *(
                ["village", one, one.upper(), area]
                for area, some in VILLAGES.items()
                for one in some
            ),
            *(["need", one, one.title()] for one in NEEDS),
            *(["yn", one, one] for one in "yn"),
        ],
    )


def answer_sets(number, *, seed):
    """Random answers of the right types, valid and invalid; some are to questions that are not
    relevant."""
    draw = random.Random(seed)

    def some(of, never=0.25):
        return "" if draw.random() < never else of()

    def one_of(*values):
        return lambda: draw.choice(values)

    def answers():
        return {
            "age": some(lambda: str(draw.choice([0, 17, 18, 19, 20, 45, 61, 80, 121]))),
            "since": some(one_of("1999-12-31", "2026-02-28", "2026-03-01", "2026-03-02")),
            "area": some(one_of(*VILLAGES)),
            "village": some(one_of("n1", "s2", "s3")),
            "needs": some(
                lambda: " ".join(sorted(draw.sample(NEEDS, draw.randint(1, 3)), key=NEEDS.index))
            ),
            "road_where": some(one_of("x", "east road", "东头的路")),
            "home": {
                "rooms": some(one_of("0", "1", "2", "3", "5", "30")),
                "land": some(one_of("0", "1.25", "12", "99.9", "100")),
            },
            "members": [
                {
                    "name": some(one_of("li", "Wang", "zhao", "a")),
                    "years": some(one_of("3", "15", "16", "31", "81", "130")),
                    "works": some(one_of("y", "n")),
                    "work": some(one_of("farmer", "teacher")),
                    "jobs": [
                        {"hours": some(one_of("2", "8", "23"), never=0.1)}
                        for _ in range(draw.randint(0, 2))
                    ],
                }
                for _ in range(draw.randint(0, 3))
            ],
            "fields": [{"good": some(one_of("0", "4", "10"))} for _ in range(draw.randint(0, 2))],
            "last": some(one_of("no", "yes")),
        }

    return [answers() for _ in range(number)]
