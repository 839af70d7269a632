from django.urls import path

from evaluation.acts.appeals import APPEALS, FILING
from evaluation.views import appeals

urlpatterns = [
    *APPEALS.urls(),
    *FILING.urls(),
    path("objections/", appeals.appeals, name="appeals"),
    path("objections/<int:pk>/", appeals.appeal, name="appeal"),
]
