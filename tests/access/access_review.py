"""The review of access: an office reviews its area, the three administrators everything."""

A, R = 200, 302

REVIEWING = frozenset({"office", "neighbour_office", "system", "security", "auditor"})
PAGES = {
    ("get", "portal:access_review"): (REVIEWING, A),
    ("post", "portal:export_access_review"): (REVIEWING, R),
}


def records(people):
    return {}
