from django.urls import path

from evaluation.views import words

urlpatterns = [
    path("words-to-give/", words.words_to_give, name="words_to_give"),
    path("words-to-give/together/<str:side>/", words.words_together, name="words_together"),
    path("appraised/<int:pk>/words/", words.words_of_appraised, name="words_of_appraised"),
    path("cycles/<int:pk>/words/", words.cycle_words, name="cycle_words"),
    path("cycles/<int:pk>/links/", words.unit_links, name="unit_links"),
    path("cycles/<int:pk>/links/print/", words.print_unit_links, name="print_unit_links"),
    path(
        "cycles/<int:pk>/links/<int:unit_pk>/revoke/",
        words.revoke_unit_link,
        name="revoke_unit_link",
    ),
]
