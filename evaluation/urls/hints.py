from django.urls import path

from evaluation.acts.hints import HINTS
from evaluation.views import hints

urlpatterns = [*HINTS.urls(), path("cycles/<int:pk>/hints/", hints.cycle_hints, name="cycle_hints")]
