"""Addresses of works, one file for each noun."""

app_name = "works"
urlpatterns = []
