"""Addresses of works, one file for each noun."""

from works.urls import proposals, talks

app_name = "works"
urlpatterns = [*proposals.urlpatterns, *talks.urlpatterns]
