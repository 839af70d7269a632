"""Final results of a cycle: what the personnel side receives, and the situation of organs."""

from django.utils import timezone

from evaluation.actions import hand_overs
from tests.access.rows import A, N, R, V, X
from tests.evaluation import finished
from tests.evaluation.scored import computed
from tests.evaluation.scored import scheme as scheme_of

OFFICE = {"office"}
# Who sees the cycle in which 王建国 and his bureau are appraised.
AROUND = {"author", "liaison", "host", "supervisor"}
OTHERS = dict.fromkeys(AROUND, N)

PAGES = {
    ("post", "evaluation:export_personnel_reference"): (OFFICE, R, X, OTHERS),
    ("get", "evaluation:personnel_reference_print"): (OFFICE, A, X, OTHERS),
    ("get", "evaluation:hand_overs"): (OFFICE, A, X, OTHERS),
    ("get", "evaluation:hand_over_cycle"): (OFFICE, A, X, OTHERS),
    ("post", "evaluation:hand_over_cycle"): (OFFICE, V, X, OTHERS),
    # Hand-overs are secret to all others.
    ("get", "evaluation:print_hand_over"): (OFFICE, A, X, {}),
    ("get", "evaluation:note_receipt"): (OFFICE, A, X, {}),
    ("post", "evaluation:note_receipt"): (OFFICE, V, X, {}),
    ("get", "evaluation:situations_of_organs"): (OFFICE, A, X, OTHERS),
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
    handed = hand_overs.hand_over(
        cycle, by=people.office, at=timezone.now(), recipient="县委组织部干部科"
    )
    of_cycle = (
        "export_personnel_reference",
        "personnel_reference_print",
        "hand_overs",
        "hand_over_cycle",
        "situations_of_organs",
    )
    return {
        **dict.fromkeys(of_cycle, [cycle.pk]),
        **dict.fromkeys(("print_hand_over", "note_receipt"), [handed.pk]),
        "situation_of_organ": [organ.pk],
    }
