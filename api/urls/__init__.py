"""URLs of interfaces: their pages, the API, calendars."""

from api.urls import pages, v1

app_name = "api"
urlpatterns = [*pages.urlpatterns, *v1.urlpatterns]
