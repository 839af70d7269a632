"""Addresses of works, one file for each noun."""

from works.urls import proposals

app_name = "works"
urlpatterns = [*proposals.urlpatterns]
