from pairing.acts.needs import NEEDS, OFFERS
from pairing.acts.rounds import ROUNDS
from pairing.listings.needs import HELP_NEEDS, HELP_RESOURCES
from pairing.listings.rounds import MATCHING_ROUNDS
from pairing.urls.pages import page
from pairing.views import needs, rounds

urlpatterns = [
    *NEEDS.urls(),
    *OFFERS.urls(),
    *ROUNDS.urls(),
    *HELP_NEEDS.urls(),
    *HELP_RESOURCES.urls(),
    *MATCHING_ROUNDS.urls(),
    page("help-needs/<int:pk>/", needs.help_need),
    page("help-offers/<int:pk>/", needs.help_resource),
    page("matching/<int:pk>/", rounds.matching_round),
    page("matching/<int:pk>/<int:proposal_pk>/", rounds.matching_proposal),
    page("matching/<int:pk>/<int:proposal_pk>/confirm/", rounds.confirm_matching),
    page("matching/<int:pk>/<int:proposal_pk>/print/", rounds.matching_print),
    page("matching/<int:pk>/<int:proposal_pk>/<int:match_pk>/", rounds.change_match),
    page("matching/<int:pk>/<int:proposal_pk>/<int:match_pk>/check/", rounds.check_match),
]
