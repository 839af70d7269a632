"""Addresses of neighbours, one file for each noun."""

app_name = "neighbours"
urlpatterns = []
