"""URLs of questionnaires at the villager's door, in addition to those of outreach."""

from django.urls import path

from outreach.door import urls as below
from research.door import views

urlpatterns = [
    *below.urlpatterns,
    path("q/", views.questionnaire, name="questionnaire"),
    path("q/<str:code>/", views.by_code, name="questionnaire_by_code"),
]
handler400, handler403, handler404 = below.handler400, below.handler403, below.handler404
handler500 = below.handler500
