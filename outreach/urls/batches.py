"""Addresses of batches of stays: places, nominations, placements."""

from django.urls import path

from outreach.views import batches, nominations, placements

urlpatterns = [
    path("batches/", batches.batches, name="batches"),
    path("batches/new/", batches.new_batch, name="new_batch"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/edit/", batches.edit_batch, name="edit_batch"),
    path("batches/<int:pk>/do/<slug:move>/", batches.move_batch, name="move_batch"),
    path("batches/<int:pk>/decide/", batches.decide_batch, name="decide_batch"),
    path("batches/<int:pk>/publish/", batches.publish_batch, name="publish_batch"),
    path("batches/<int:pk>/notice/", batches.batch_notice, name="batch_notice"),
    path("batches/<int:pk>/places/", batches.batch_places, name="batch_places"),
    path("batches/<int:pk>/places/add/", batches.add_places, name="add_places"),
    path("batches/<int:pk>/places/<int:place_pk>/", batches.edit_place, name="edit_place"),
    path(
        "batches/<int:pk>/places/<int:place_pk>/take-out/",
        batches.take_out_place,
        name="take_out_place",
    ),
    path("batches/<int:pk>/nominations/", nominations.nominations, name="nominations"),
    path("batches/<int:pk>/nominate/", nominations.nominate, name="nominate"),
    path("batches/<int:pk>/qualify/", nominations.qualify_many, name="qualify_many"),
    path("nominations/<int:pk>/", nominations.nomination, name="nomination"),
    path("nominations/<int:pk>/judge/", nominations.judge_nomination, name="judge_nomination"),
    path(
        "nominations/<int:pk>/withdraw/",
        nominations.withdraw_nomination,
        name="withdraw_nomination",
    ),
    path("batches/<int:pk>/propose/", placements.ask_proposal, name="ask_proposal"),
    path("batches/<int:pk>/proposals/<int:proposal_pk>/", placements.proposal, name="proposal"),
    path(
        "batches/<int:pk>/proposals/<int:proposal_pk>/take-over/",
        placements.take_over,
        name="take_over",
    ),
    path("batches/<int:pk>/placements/", placements.placements, name="placements"),
    path("batches/<int:pk>/placements/place/", placements.place_cadre, name="place_cadre"),
    path("batches/<int:pk>/placements/check/", placements.check_placement, name="check_placement"),
    path(
        "batches/<int:pk>/placements/<int:placement_pk>/take-out/",
        placements.take_out_placement,
        name="take_out_placement",
    ),
]
