"""Addresses of official papers."""

from django.urls import path

from oversight.acts.papers import PAPERS
from oversight.listings.papers import PAPER_LIST
from oversight.views import papers

urlpatterns = [
    *PAPERS.urls(),
    *PAPER_LIST.urls(),
    path("papers/<int:pk>/", papers.paper, name="paper"),
    path("papers/<int:pk>/print/", papers.paper_print, name="paper_print"),
    path("papers/<int:pk>/word/", papers.paper_word, name="paper_word"),
]
