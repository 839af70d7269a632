from django.urls import path

from evaluation.acts.paper import BATCHES, PAPER
from evaluation.listings.paper import PAPER_LIST
from evaluation.views import paper

urlpatterns = [
    *PAPER.urls(),
    *BATCHES.urls(),
    *PAPER_LIST.urls(),
    path("polls/<int:pk>/paper/", paper.paper_of_poll, name="paper_of_poll"),
    path("polls/<int:pk>/paper/drawn/", paper.drawn_sheets_print, name="drawn_sheets_print"),
    path("polls/<int:pk>/meetings/<int:appraised_pk>/", paper.count_meeting, name="count_meeting"),
    path("paper/<int:pk>/", paper.paper_batch, name="paper_batch"),
    path("paper/<int:pk>/type/", paper.type_paper, name="type_paper"),
    path("paper/<int:pk>/compare/", paper.compare_paper, name="compare_paper"),
]
