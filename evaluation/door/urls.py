"""All addresses that the process of the villager's door serves."""

from django.urls import path

from evaluation.door import lists, views, words
from research.door import urls as below

urlpatterns = [
    *below.urlpatterns,
    path("vote/", views.vote, name="vote"),
    path("vote/recount.py", lists.recount_file, name="recount_file"),
    path("vote/list/<int:pk>/", lists.closing_list, name="closing_list"),
    path("vote/list/<int:pk>/<str:name>.txt", lists.closing_list_file, name="closing_list_file"),
    path("vote/<str:code>/", views.vote_by_code, name="vote_by_code"),
    path("w/<str:token>/", words.unit_word, name="unit_word"),
]
handler400, handler403, handler404 = below.handler400, below.handler403, below.handler404
handler500 = below.handler500
