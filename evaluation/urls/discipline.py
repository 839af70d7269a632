from django.urls import path

from evaluation.acts.discipline import FINDINGS
from evaluation.listings.discipline import FINDING_LIST
from evaluation.views import discipline

urlpatterns = [
    *FINDINGS.urls(),
    *FINDING_LIST.urls(),
    path("findings/<int:pk>/", discipline.finding, name="finding"),
]
