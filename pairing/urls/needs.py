from django.urls import path

from pairing.acts.needs import NEEDS, OFFERS
from pairing.acts.rounds import ROUNDS
from pairing.views import needs, rounds

urlpatterns = [
    *NEEDS.urls(),
    *OFFERS.urls(),
    *ROUNDS.urls(),
    path("help-needs/", needs.help_needs, name="help_needs"),
    path("help-needs/export/", needs.export_help_needs, name="export_help_needs"),
    path("help-needs/<int:pk>/", needs.help_need, name="help_need"),
    path("help-offers/", needs.help_resources, name="help_resources"),
    path("help-offers/<int:pk>/", needs.help_resource, name="help_resource"),
    path("matching/", rounds.matching_rounds, name="matching_rounds"),
    path("matching/<int:pk>/", rounds.matching_round, name="matching_round"),
    path(
        "matching/<int:pk>/<int:proposal_pk>/", rounds.matching_proposal, name="matching_proposal"
    ),
    path(
        "matching/<int:pk>/<int:proposal_pk>/confirm/",
        rounds.confirm_matching,
        name="confirm_matching",
    ),
    path(
        "matching/<int:pk>/<int:proposal_pk>/print/", rounds.matching_print, name="matching_print"
    ),
    path(
        "matching/<int:pk>/<int:proposal_pk>/<int:match_pk>/",
        rounds.change_match,
        name="change_match",
    ),
    path(
        "matching/<int:pk>/<int:proposal_pk>/<int:match_pk>/check/",
        rounds.check_match,
        name="check_match",
    ),
]
