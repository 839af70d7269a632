"""Addresses of oversight, one file for each noun."""

app_name = "oversight"
urlpatterns = []
