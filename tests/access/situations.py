"""The situation of the organs of a cycle, for the meeting."""

from tests.evaluation import finished
from tests.evaluation.scored import computed
from tests.evaluation.scored import scheme as scheme_of

A, N, X = 200, 403, 404

PAGES = {
    # Others who see the cycle: 王建国 and those who speak for him and his bureau.
    ("get", "evaluation:situations_of_organs"): (
        {"office"},
        A,
        X,
        dict.fromkeys(("author", "liaison", "host", "supervisor"), N),
    ),
    # Published: the organ's own liaison reads it, its cadres do not.
    ("get", "evaluation:situation_of_organ"): ({"office", "liaison"}, A, X, {}),
}


def records(people):
    cycle = finished.cycle(people, state="final")
    scheme = scheme_of(people, subject="organ", weight_masses=70, weight_results=0)
    cycle.schemes.add(scheme)
    finished.appraised(people, cycle, 1, cadre=people.cadre)
    organ = finished.appraised(people, cycle, 2)
    organ.scheme = scheme
    organ.save()
    computed(cycle, people.office)
    return {"situations_of_organs": [cycle.pk], "situation_of_organ": [organ.pk]}
