from django.urls import path

from evaluation.views import hints

urlpatterns = [
    path("cycles/<int:pk>/hints/", hints.cycle_hints, name="cycle_hints"),
    path("hints/<int:pk>/", hints.review_hint, name="review_hint"),
]
