from django.urls import path

from pairing.views import needs, rounds

urlpatterns = [
    path("help-needs/", needs.help_needs, name="help_needs"),
    path("help-needs/new/", needs.new_help_need, name="new_help_need"),
    path("help-needs/export/", needs.export_help_needs, name="export_help_needs"),
    path("help-needs/<int:pk>/", needs.help_need, name="help_need"),
    path("help-needs/<int:pk>/renew/", needs.renew_help_need, name="renew_help_need"),
    path("help-needs/<int:pk>/met/", needs.meet_help_need, name="meet_help_need"),
    path("help-needs/<int:pk>/withdraw/", needs.withdraw_help_need, name="withdraw_help_need"),
    path("help-offers/", needs.help_resources, name="help_resources"),
    path("help-offers/new/", needs.new_help_resource, name="new_help_resource"),
    path("help-offers/<int:pk>/", needs.help_resource, name="help_resource"),
    path("help-offers/<int:pk>/edit/", needs.edit_help_resource, name="edit_help_resource"),
    path(
        "help-offers/<int:pk>/withdraw/", needs.withdraw_help_resource,
        name="withdraw_help_resource",
    ),
    path("matching/", rounds.matching_rounds, name="matching_rounds"),
    path("matching/new/", rounds.new_matching_round, name="new_matching_round"),
    path("matching/<int:pk>/", rounds.matching_round, name="matching_round"),
    path("matching/<int:pk>/edit/", rounds.edit_matching_round, name="edit_matching_round"),
    path(
        "matching/<int:pk>/give-up/", rounds.give_up_matching_round, name="give_up_matching_round"
    ),
    path("matching/<int:pk>/ask/", rounds.ask_matching, name="ask_matching"),
    path(
        "matching/<int:pk>/<int:proposal_pk>/", rounds.matching_proposal, name="matching_proposal"
    ),
    path(
        "matching/<int:pk>/<int:proposal_pk>/confirm/", rounds.confirm_matching,
        name="confirm_matching",
    ),
    path(
        "matching/<int:pk>/<int:proposal_pk>/print/", rounds.matching_print, name="matching_print"
    ),
    path(
        "matching/<int:pk>/<int:proposal_pk>/<int:match_pk>/", rounds.change_match,
        name="change_match",
    ),
    path(
        "matching/<int:pk>/<int:proposal_pk>/<int:match_pk>/check/", rounds.check_match,
        name="check_match",
    ),
]  # fmt: skip
