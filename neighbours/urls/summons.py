"""Addresses of summons."""

from django.urls import path

from neighbours.acts.summons import ASKED, SUMMONS
from neighbours.listings.summons import SUMMONS_LIST
from neighbours.views import summons

urlpatterns = [
    *SUMMONS.urls(),
    *ASKED.urls(),
    *SUMMONS_LIST.urls(),
    path("summons/<int:pk>/", summons.one_summons, name="one_summons"),
    path("summons/of-matter/<int:pk>/", summons.summons_of_matter, name="summons_of_matter"),
]
