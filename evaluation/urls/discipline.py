from django.urls import path

from evaluation.acts.discipline import FINDINGS
from evaluation.views import discipline

urlpatterns = [
    *FINDINGS.urls(),
    path("findings/", discipline.findings, name="findings"),
    path("findings/<int:pk>/", discipline.finding, name="finding"),
]
