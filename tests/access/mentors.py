"""Masters and apprentices: 王建国 of the bureau of agriculture teaches a colleague in 柳湾村."""

from tests.access.rows import A, R, V

OFFICES = {"office", "neighbour_office"}
READING = {
    "liaison",
    "host",
    "office",
    "supervisor",
    "neighbour_host",
    "neighbour_liaison",
    "neighbour_office",
}
CADRES = {"author", "leader", "neighbour_cadre"}

PAGES = {
    ("get", "pairing:mentoring"): (READING | CADRES, A),
    ("get", "pairing:new_mentoring"): (OFFICES, A),
    ("post", "pairing:new_mentoring"): (OFFICES, V),
    ("post", "pairing:export_mentoring"): (READING, R),
}


def records(people):
    return {}
