from django.urls import path

from evaluation.ledgers.results import BALLOT_SUMMARY, PERSONNEL_REFERENCE, SCORE_SUMMARY
from evaluation.views import results


def _of_cycle(ledger):
    """Sheet and print of a summary."""
    name, given = ledger.name, {"ledger": ledger}
    at = f"cycles/<int:pk>/{name.replace('_', '-')}"
    return [
        path(f"{at}/export/", results.export_summary, given, name=f"export_{name}"),
        path(f"{at}/print/", results.summary_print, given, name=f"{name}_print"),
    ]


urlpatterns = [
    *_of_cycle(BALLOT_SUMMARY),
    *_of_cycle(SCORE_SUMMARY),
    *_of_cycle(PERSONNEL_REFERENCE),
    path("cycles/<int:pk>/situations/", results.situations_of_organs, name="situations_of_organs"),
    path("appraised/<int:pk>/situation/", results.situation_of_organ, name="situation_of_organ"),
    path("appraised/<int:pk>/blank-ballot/", results.blank_ballot, name="blank_ballot"),
    path(
        "polls/<int:pk>/blank-ballots/", results.blank_ballots_of_poll, name="blank_ballots_of_poll"
    ),
]
