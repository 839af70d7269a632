"""Addresses of a nation, included by nation/root.py."""

from django.urls import path

from nation.views import provinces as views

app_name = "nation"
urlpatterns = [
    path("nation/", views.overview, name="overview"),
    path("nation/export/", views.export, name="export"),
    path("nation/take-in/", views.take_in, name="take_in"),
    path("nation/<slug:cell>/", views.cell, name="cell"),
    path("nation/<slug:cell>/<slug:code>/", views.place, name="place"),
]
