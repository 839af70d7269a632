"""Addresses of research, one file for each noun."""

app_name = "research"
urlpatterns = []
