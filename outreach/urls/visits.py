"""URLs of the first page and the diary."""

from django.urls import path

from outreach.acts.visits import VISITS
from outreach.listings.visits import VISIT_LIST
from outreach.views import visits

urlpatterns = [
    path("today/", visits.today, name="today"),
    *VISIT_LIST.urls(),
    path("visits/new/", visits.new_visit, name="new_visit"),
    path("visits/draft/", visits.keep_draft, name="keep_draft"),
    path("visits/draft/<uuid:key>/drop/", visits.drop_draft, name="drop_draft"),
    path("visits/<int:pk>/", visits.visit, name="visit"),
    *VISITS.urls(),
    path("visits/<int:pk>/diary/", visits.diary, name="diary"),
    path("visits/<int:pk>/correct/", visits.correct_visit, name="correct_visit"),
    path("visits/<int:pk>/note/", visits.add_note, name="add_note"),
    path("visits/<int:pk>/void/", visits.void_visit, name="void_visit"),
    path("visits/<int:pk>/photos/<int:attachment_pk>/", visits.visit_photo, name="visit_photo"),
]
