from django.urls import path

from evaluation.acts.appeals import APPEALS, FILING
from evaluation.listings.appeals import APPEAL_LIST
from evaluation.views import appeals

urlpatterns = [
    *APPEALS.urls(),
    *FILING.urls(),
    *APPEAL_LIST.urls(),
    path("objections/<int:pk>/", appeals.appeal, name="appeal"),
]
