from django.urls import path

from pairing.acts.needs import NEEDS, OFFERS
from pairing.acts.rounds import ROUNDS
from pairing.listings.needs import HELP_NEEDS, HELP_RESOURCES
from pairing.listings.rounds import MATCHING_ROUNDS
from pairing.views import needs, rounds

urlpatterns = [
    *NEEDS.urls(),
    *OFFERS.urls(),
    *ROUNDS.urls(),
    *HELP_NEEDS.urls(),
    *HELP_RESOURCES.urls(),
    *MATCHING_ROUNDS.urls(),
    path("help-needs/<int:pk>/", needs.help_need, name="help_need"),
    path("help-offers/<int:pk>/", needs.help_resource, name="help_resource"),
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
