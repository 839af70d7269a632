from django.urls import path

from research.acts.samples import DRAWN, SAMPLES
from research.listings.samples import DRAWN_LIST, SAMPLE_LIST
from research.views import samples

urlpatterns = [
    *SAMPLES.urls(),
    *DRAWN.urls(),
    *SAMPLE_LIST.urls(),
    *DRAWN_LIST.urls(),
    path("samples/new/", samples.new_sample, name="new_sample"),
    path("samples/<int:pk>/", samples.sample, name="sample"),
    path("samples/<int:pk>/frame.tsv", samples.sample_frame, name="sample_frame"),
    path("samples/<int:pk>/plan.tsv", samples.sample_plan, name="sample_plan"),
    path("samples/<int:pk>/sample.tsv", samples.sample_result, name="sample_result"),
    path("samples/redraw.py", samples.redraw_lines, name="redraw_lines"),
    path("samples/<int:pk>/confirmation/", samples.confirmation, name="confirmation"),
    path("samples/<int:pk>/responses/export/", samples.export_responses, name="export_responses"),
    path("samples/drawn/<int:pk>/", samples.drawn_unit, name="drawn_unit"),
]
