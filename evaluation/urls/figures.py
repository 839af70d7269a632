from django.urls import path

from evaluation.views import figures

urlpatterns = [
    path("dashboard/evaluation/", figures.evaluation_dashboard, name="evaluation_dashboard"),
    path("burden/", figures.burden, name="burden"),
    path("burden/export/", figures.export_burden, name="export_burden"),
]
