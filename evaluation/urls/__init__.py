"""Addresses of what it was worth, one file for each noun."""

app_name = "evaluation"
urlpatterns = []
