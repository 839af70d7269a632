from django.urls import path

from evaluation.views import discipline

urlpatterns = [
    path("findings/", discipline.findings, name="findings"),
    path("findings/new/", discipline.record_finding, name="record_finding"),
    path("findings/<int:pk>/", discipline.finding, name="finding"),
    path("findings/<int:pk>/lift/", discipline.lift_finding, name="lift_finding"),
    path(
        "findings/<int:pk>/step-aside/",
        discipline.step_aside_from_finding,
        name="step_aside_from_finding",
    ),
]
