"""URLs of batches of stays: places, nominations, placements."""

from django.urls import path

from outreach.acts.batches import BATCHES, PLACES
from outreach.acts.nominations import NOMINATIONS
from outreach.acts.placements import PLACEMENTS, PROPOSALS
from outreach.listings.batches import BATCH_LIST
from outreach.views import batches, nominations, placements

urlpatterns = [
    *BATCHES.urls(),
    *PLACES.urls(),
    *NOMINATIONS.urls(),
    *PROPOSALS.urls(),
    *PLACEMENTS.urls(),
    *BATCH_LIST.urls(),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/do/<slug:move>/", batches.move_batch, name="move_batch"),
    path("batches/<int:pk>/publish/", batches.publish_batch, name="publish_batch"),
    path("batches/<int:pk>/notice/", batches.batch_notice, name="batch_notice"),
    path("batches/<int:pk>/places/", batches.batch_places, name="batch_places"),
    path("batches/<int:pk>/nominations/", nominations.nominations, name="nominations"),
    path("batches/<int:pk>/qualify/", nominations.qualify_many, name="qualify_many"),
    path("nominations/<int:pk>/", nominations.nomination, name="nomination"),
    path("batches/<int:pk>/proposals/<int:proposal_pk>/", placements.proposal, name="proposal"),
    path("batches/<int:pk>/placements/", placements.placements, name="placements"),
    path("batches/<int:pk>/placements/place/", placements.place_cadre, name="place_cadre"),
    path("batches/<int:pk>/placements/check/", placements.check_placement, name="check_placement"),
]
